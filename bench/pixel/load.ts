// A load generator that costs little, because it shares two cores with what it measures: kept-alive connections, each with one
// request under way, written ahead of time and answered by counting bytes.
import { connect } from 'node:net';
import type { Socket } from 'node:net';

/** Requests answered in `milliseconds` over `connections`; each connection sends the given requests in turn. */
export async function requestsIn(milliseconds: number, origin: string, requests: readonly Buffer[], connections = 32): Promise<number> {
  const { hostname, port } = new URL(origin);
  let answered = 0;
  let running = true;
  const sockets: Socket[] = [];
  const ended = Array.from({ length: connections }, (_, index) => {
    const socket = connect({ host: hostname, port: Number(port), noDelay: true });
    sockets.push(socket);
    return converse(socket, requests, index, () => {
      answered += 1;
      return running;
    });
  });
  await Promise.race([Promise.all(ended), new Promise((resolve) => setTimeout(resolve, milliseconds))]);
  running = false;
  const counted = answered;
  await Promise.all(ended);
  return counted;
}

function converse(socket: Socket, requests: readonly Buffer[], start: number, onAnswer: () => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    let next = start;
    let length = 0;
    let received = 0;
    const send = () => socket.write(requests[next++ % requests.length]!);
    socket.on('connect', send);
    socket.on('error', reject);
    socket.on('close', () => resolve());
    socket.on('data', (chunk) => {
      received += chunk.length;
      // The first answer tells how long one is; all are alike.
      if (length === 0) {
        const text = chunk.toString('latin1');
        if (!text.startsWith('HTTP/1.1 200')) return reject(new Error(`answered ${text.slice(0, 60)}`));
        const head = text.indexOf('\r\n\r\n') + 4;
        length = head + Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0);
      }
      if (received < length) return;
      received = 0;
      if (onAnswer()) send();
      else socket.end();
    });
  });
}
