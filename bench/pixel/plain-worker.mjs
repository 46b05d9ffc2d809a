// What a good plain JavaScript Worker would be for the pixel: it reads the token, checks its signature with WebCrypto (unless
// VERIFY is "no"), queues the same fact and answers the same image. `bench/pixel.ts` measures ours against it.
const PIXEL = Uint8Array.from([
  0x47, 0x49, 0x46, 0x38, 0x39, 0x61, 0x01, 0x00, 0x01, 0x00, 0x80, 0x00, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0x21, 0xf9, 0x04, 0x01, 0x00, 0x00,
  0x00, 0x00, 0x2c, 0x00, 0x00, 0x00, 0x00, 0x01, 0x00, 0x01, 0x00, 0x00, 0x02, 0x02, 0x44, 0x01, 0x00, 0x3b,
]);
const HEADERS = { 'content-type': 'image/gif', 'cache-control': 'no-store, private, max-age=0' };
const SIGNATURE_LENGTH = 12;
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

let key;

function hmacKey(env) {
  const secret = Uint8Array.from(env.TRACKING_KEYS.split(':')[1].match(/../g), (pair) => parseInt(pair, 16));
  key ??= crypto.subtle.importKey('raw', secret, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  return key;
}

async function isSigned(bytes, env) {
  const length = bytes.length - SIGNATURE_LENGTH;
  const signature = new Uint8Array(await crypto.subtle.sign('HMAC', await hmacKey(env), bytes.subarray(0, length)));
  let difference = 0;
  for (let index = 0; index < SIGNATURE_LENGTH; index++) difference |= signature[index] ^ bytes[length + index];
  return difference === 0;
}

function uuid(bytes, at) {
  let text = '';
  for (let index = 0; index < 16; index++) text += (index === 4 || index === 6 || index === 8 || index === 10 ? '-' : '') + HEX[bytes[at + index]];
  return text;
}

function newId(now) {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  for (let index = 0; index < 6; index++) bytes[index] = Math.floor(now / 2 ** (8 * (5 - index))) & 0xff;
  bytes[6] = (bytes[6] & 0x0f) | 0x70;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  return uuid(bytes, 0);
}

export default {
  async fetch(request, env, context) {
    const path = request.url.slice(request.url.indexOf('/', 8) + 1);
    if (!path.startsWith('t/o/')) return new Response('not found', { status: 404 });
    const text = path.slice(4).split(/[?#]/)[0].replace(/\.gif$/, '');
    const bytes = Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (character) => character.charCodeAt(0));
    if (env.VERIFY === 'no' || (await isSigned(bytes, env))) {
      const now = Date.now();
      const fact = {
        type: 'engagement',
        id: newId(now),
        tenant_id: uuid(bytes, 2),
        send_id: uuid(bytes, 18),
        kind: 'open',
        occurred_at: now,
        method: request.method,
        user_agent: request.headers.get('user-agent') ?? '',
      };
      context.waitUntil(env.TRACKING.send(JSON.stringify(fact), { contentType: 'text' }));
    }
    return new Response(PIXEL, { headers: HEADERS });
  },
};
