// The stand-in against the real thing's own client libraries: AWS's SES v2 client sends, AWS's SNS validator checks, and a MIME parser
// reads what came out. A stand-in that is wrong would make every test that leans on it worthless.
import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { after, afterEach, beforeEach, describe, test } from 'node:test';

import { SESv2Client, SESv2ServiceException, SendBulkEmailCommand, SendEmailCommand } from '@aws-sdk/client-sesv2';
import type { BulkEmailEntry, SendBulkEmailCommandInput, SendEmailCommandInput } from '@aws-sdk/client-sesv2';
import PostalMime from 'postal-mime';
import MessageValidator from 'sns-validator';

import {
  TOPIC_VALIDATED,
  bounceEvent,
  buildEvent,
  clickEvent,
  complaintEvent,
  deliveryEvent,
  headerValue,
  openEvent,
  startSesStandIn,
  startSnsStandIn,
  toRfc5322,
  verifyEnvelope,
} from './index.ts';
import type { AcceptedMessage, EventName, FaultSettings, SesOptions, SesStandIn, SnsEnvelope, SnsStandIn } from './index.ts';

const UNSUBSCRIBE = `<https://example.com/u/${'a1b2c3d4'.repeat(20)}>, <mailto:unsubscribe@example.com?subject=u>`;
const ONE_CLICK = 'List-Unsubscribe=One-Click';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function start(options: SesOptions = {}): Promise<SesStandIn> {
  const ses = await startSesStandIn(options);
  closing.push(() => ses.close());
  return ses;
}

/** One attempt only: a retry by the client would hide what the stand-in answered. */
function clientOf(ses: SesStandIn, over: { secretAccessKey?: string; accessKeyId?: string; region?: string } = {}): SESv2Client {
  const client = new SESv2Client({
    endpoint: ses.url,
    region: over.region ?? ses.region,
    credentials: { ...ses.credentials, ...over },
    maxAttempts: 1,
  });
  closing.push(() => client.destroy());
  return client;
}

function simple(over: Partial<SendEmailCommandInput> = {}): SendEmailCommandInput {
  return {
    FromEmailAddress: 'Acme <news@acme.example>',
    Destination: { ToAddresses: ['Ann Other <ann@example.com>'] },
    ReplyToAddresses: ['help@acme.example'],
    ConfigurationSetName: 'campaigns',
    EmailTags: [{ Name: 'send_id', Value: 'send-1' }],
    Content: {
      Simple: {
        Subject: { Data: 'Grüße, Ann', Charset: 'UTF-8' },
        Body: { Html: { Data: '<p>Hello <b>Ann</b> – ünïcode</p>' }, Text: { Data: 'Hello Ann – ünïcode' } },
        Headers: [
          { Name: 'List-Unsubscribe', Value: UNSUBSCRIBE },
          { Name: 'List-Unsubscribe-Post', Value: ONE_CLICK },
        ],
      },
    },
    ...over,
  };
}

function entry(email: string, data: object = { name: email }, more: Partial<BulkEmailEntry> = {}): BulkEmailEntry {
  return {
    Destination: { ToAddresses: [email] },
    ReplacementEmailContent: { ReplacementTemplate: { ReplacementTemplateData: JSON.stringify(data) } },
    ReplacementTags: [{ Name: 'send_id', Value: `send-${email.split('@')[0]}` }],
    ...more,
  };
}

function bulk(entries: BulkEmailEntry[], over: Partial<SendBulkEmailCommandInput> = {}, template: object = {}): SendBulkEmailCommandInput {
  return {
    FromEmailAddress: 'Acme <news@acme.example>',
    ReplyToAddresses: ['help@acme.example'],
    ConfigurationSetName: 'campaigns',
    DefaultEmailTags: [{ Name: 'tenant', Value: 'acme' }],
    DefaultContent: {
      Template: {
        TemplateContent: { Subject: 'Hello {{name}}', Html: '<p>Hello {{{name}}}</p>', Text: 'Hello {{name}}' },
        TemplateData: '{}',
        ...template,
      },
    },
    BulkEmailEntries: entries,
    ...over,
  };
}

async function refusal(sending: Promise<unknown>): Promise<SESv2ServiceException> {
  try {
    await sending;
  } catch (error) {
    assert.ok(error instanceof SESv2ServiceException, `not an answer of the service: ${String(error)}`);
    return error;
  }
  assert.fail('it was accepted');
}

function assertRefused(error: SESv2ServiceException, name: string, status: number): void {
  assert.deepEqual({ name: error.name, status: error.$metadata.httpStatusCode }, { name, status });
}

function first<T>(items: readonly T[]): T {
  const item = items[0];
  assert.ok(item !== undefined, 'there is none');
  return item;
}

describe('SendEmail', () => {
  test('a simple message is recorded whole, under the id the client was given', async () => {
    const ses = await start();
    const sent = await clientOf(ses).send(new SendEmailCommand(simple()));
    const message = first(ses.mailbox.all());
    assert.match(sent.MessageId ?? '', /^0100[0-9a-f]{12}-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}-000000$/);
    assert.equal(message.messageId, sent.MessageId);
    assert.equal(message.from, 'Acme <news@acme.example>');
    assert.deepEqual(message.to, ['Ann Other <ann@example.com>']);
    assert.deepEqual(message.replyTo, ['help@acme.example']);
    assert.equal(message.subject, 'Grüße, Ann');
    assert.equal(message.html, '<p>Hello <b>Ann</b> – ünïcode</p>');
    assert.equal(message.text, 'Hello Ann – ünïcode');
    assert.deepEqual(message.tags, { send_id: 'send-1' });
    assert.equal(message.configurationSet, 'campaigns');
    assert.equal(headerValue(message, 'list-unsubscribe'), UNSUBSCRIBE);
    assert.equal(ses.mailbox.byRecipient('ANN@example.com').length, 1);
    assert.equal(ses.mailbox.byRecipient('bob@example.com').length, 0);
    assert.equal(ses.mailbox.byTag('send_id', 'send-1').length, 1);
    assert.equal(ses.mailbox.byTag('send_id', 'send-2').length, 0);
  });

  test('its RFC 5322 form parses back, with the headers a bulk mail must have', async () => {
    const ses = await start({ now: () => Date.UTC(2031, 4, 6, 7, 8, 9), checkClock: false });
    await clientOf(ses).send(new SendEmailCommand(simple()));
    const message = first(ses.mailbox.all());
    const mail = await PostalMime.parse(await toRfc5322(message));
    const header = (name: string): string | undefined => mail.headers.find(({ key }) => key === name)?.value;
    assert.equal(header('list-unsubscribe'), UNSUBSCRIBE);
    assert.equal(header('list-unsubscribe-post'), ONE_CLICK);
    assert.equal(mail.messageId, `<${message.messageId}@email.amazonses.com>`);
    assert.equal(mail.date, '2031-05-06T07:08:09.000Z');
    assert.match(header('content-type') ?? '', /^multipart\/alternative/);
    assert.equal(mail.subject, 'Grüße, Ann');
    assert.equal(mail.from?.address, 'news@acme.example');
    assert.equal(mail.replyTo?.[0]?.address, 'help@acme.example');
    assert.equal(mail.html?.trim(), message.html);
    assert.equal(mail.text?.trim(), message.text);
  });

  test('a raw message is parsed into the same record and goes out with the id and the date of SES', async () => {
    const ses = await start();
    const raw = [
      'From: Acme <news@acme.example>',
      'To: ann@example.com',
      'Subject: =?UTF-8?Q?Gr=C3=BC=C3=9Fe?=',
      'Message-ID: <mine@acme.example>',
      'Date: Mon, 01 Jan 2001 00:00:00 +0000',
      'List-Unsubscribe: <https://example.com/u>,',
      ' <mailto:u@example.com>',
      'X-SES-MESSAGE-TAGS: campaign=spring,',
      '  send_id=overruled',
      'X-SES-CONFIGURATION-SET: campaigns',
      'MIME-Version: 1.0',
      'Content-Type: multipart/alternative; boundary=b',
      '',
      '--b',
      'Content-Type: text/plain; charset=utf-8',
      'Content-Transfer-Encoding: base64',
      '',
      Buffer.from('Grüße').toString('base64'),
      '--b',
      'Content-Type: text/html; charset=utf-8',
      'Content-Transfer-Encoding: quoted-printable',
      '',
      '<p>Gr=C3=BC=C3=9Fe</p>',
      '--b--',
      '',
    ].join('\r\n');
    await clientOf(ses).send(
      new SendEmailCommand({ Content: { Raw: { Data: Buffer.from(raw) } }, EmailTags: [{ Name: 'send_id', Value: 'raw-1' }] }),
    );
    const message = first(ses.mailbox.byRecipient('ann@example.com'));
    assert.equal(message.from, 'Acme <news@acme.example>');
    assert.equal(message.subject, 'Grüße');
    assert.equal(message.text?.trim(), 'Grüße');
    assert.equal(message.html?.trim(), '<p>Grüße</p>');
    assert.deepEqual(message.tags, { campaign: 'spring', send_id: 'raw-1' });
    assert.equal(message.configurationSet, 'campaigns');
    assert.equal(message.raw?.toString(), raw);

    const bytes = await toRfc5322(message);
    const mail = await PostalMime.parse(bytes);
    assert.equal(mail.messageId, `<${message.messageId}@email.amazonses.com>`);
    assert.notEqual(new Date(mail.date ?? '').getFullYear(), 2001);
    assert.equal(mail.headers.find(({ key }) => key === 'list-unsubscribe')?.value, '<https://example.com/u>, <mailto:u@example.com>');
    assert.equal(mail.html?.trim(), '<p>Grüße</p>');
    assert.doesNotMatch(bytes.toString(), /X-SES-(MESSAGE-TAGS|CONFIGURATION-SET)|overruled|mine@acme/i);
  });

  const bad: [string, Partial<SendEmailCommandInput>][] = [
    ['no recipient', { Destination: { ToAddresses: [] } }],
    ['an address without a domain', { Destination: { ToAddresses: ['ann'] } }],
    ['no sender', { FromEmailAddress: undefined }],
    ['a tag that is no tag', { EmailTags: [{ Name: 'send_id', Value: 'a b' }] }],
    ['16 headers', { Content: withHeaders(Array.from({ length: 16 }, (_, i) => ({ Name: `X-${i}`, Value: 'x' }))) }],
    ['a header with a line break', { Content: withHeaders([{ Name: 'X-One', Value: 'a\r\nBcc: eve@example.com' }]) }],
    [
      'a second List-Unsubscribe',
      { Content: withHeaders(Array.from({ length: 2 }, () => ({ Name: 'List-Unsubscribe', Value: '<https://a.example>' }))) },
    ],
    ['a subject as a header', { Content: withHeaders([{ Name: 'Subject', Value: 'x' }]) }],
  ];
  for (const [what, over] of bad) {
    test(`${what} is a BadRequestException`, async () => {
      const ses = await start();
      assertRefused(await refusal(clientOf(ses).send(new SendEmailCommand(simple(over)))), 'BadRequestException', 400);
      assert.equal(ses.mailbox.count, 0);
    });
  }

  test('an identity that is not verified and a configuration set that is not there are refused by their names', async () => {
    const ses = await start({ verifiedIdentities: ['acme.example'], configurationSets: ['campaigns'] });
    const client = clientOf(ses);
    await client.send(new SendEmailCommand(simple()));
    assertRefused(
      await refusal(client.send(new SendEmailCommand(simple({ FromEmailAddress: 'x@other.example' })))),
      'MessageRejected',
      400,
    );
    assertRefused(await refusal(client.send(new SendEmailCommand(simple({ ConfigurationSetName: 'gone' })))), 'NotFoundException', 404);
    assert.equal(ses.mailbox.count, 1);
  });
});

function withHeaders(headers: { Name: string; Value: string }[]): NonNullable<SendEmailCommandInput['Content']> {
  return { Simple: { Subject: { Data: 'x' }, Body: { Text: { Data: 'x' } }, Headers: headers } };
}

describe('SendBulkEmail', () => {
  test('50 entries: each its own message, rendered with its own data, all in the order given', async () => {
    const ses = await start();
    const entries = Array.from({ length: 50 }, (_, i) => entry(`p${i}@example.com`, { name: `Person ${i}` }));
    const { BulkEmailEntryResults: results = [] } = await clientOf(ses).send(new SendBulkEmailCommand(bulk(entries)));
    assert.deepEqual(new Set(results.map(({ Status }) => Status)), new Set(['SUCCESS']));
    assert.deepEqual(
      ses.mailbox.all().map(({ messageId }) => messageId),
      results.map(({ MessageId }) => MessageId),
    );
    assert.equal(new Set(results.map(({ MessageId }) => MessageId)).size, 50);
    const message = first(ses.mailbox.byRecipient('p7@example.com'));
    assert.equal(message.subject, 'Hello Person 7');
    assert.equal(message.html, '<p>Hello Person 7</p>');
    assert.equal(message.text, 'Hello Person 7');
    assert.deepEqual(message.tags, { tenant: 'acme', send_id: 'send-p7' });
    assert.equal(ses.stats.requests, 1);
  });

  test('51 entries are refused, and none of them is accepted', async () => {
    const ses = await start();
    const entries = Array.from({ length: 51 }, (_, i) => entry(`p${i}@example.com`));
    assertRefused(await refusal(clientOf(ses).send(new SendBulkEmailCommand(bulk(entries)))), 'BadRequestException', 400);
    assert.equal(ses.mailbox.count, 0);
  });

  test("an entry's headers take the place of the template's, its tags of the default ones", async () => {
    const ses = await start();
    const template = {
      Headers: [
        { Name: 'List-Unsubscribe', Value: '<https://a.example/default>' },
        { Name: 'X-Campaign', Value: 'spring' },
      ],
    };
    const replaced = entry(
      'ann@example.com',
      { name: 'Ann' },
      {
        ReplacementHeaders: [
          { Name: 'list-unsubscribe', Value: UNSUBSCRIBE },
          { Name: 'List-Unsubscribe-Post', Value: ONE_CLICK },
        ],
        ReplacementTags: [{ Name: 'tenant', Value: 'other' }],
      },
    );
    await clientOf(ses).send(new SendBulkEmailCommand(bulk([replaced, entry('bob@example.com')], {}, template)));
    const ann = first(ses.mailbox.byRecipient('ann@example.com'));
    assert.deepEqual(
      ann.headers.filter(({ name }) => name.toLowerCase() === 'list-unsubscribe').map(({ value }) => value),
      [UNSUBSCRIBE],
    );
    assert.equal(headerValue(ann, 'X-Campaign'), 'spring');
    assert.deepEqual(ann.tags, { tenant: 'other' });
    const bob = first(ses.mailbox.byRecipient('bob@example.com'));
    assert.equal(headerValue(bob, 'List-Unsubscribe'), '<https://a.example/default>');
    const mail = await PostalMime.parse(await toRfc5322(ann));
    assert.equal(mail.headers.find(({ key }) => key === 'list-unsubscribe')?.value, UNSUBSCRIBE);
  });

  test('data are merged key by key, objects inwards, and put into the HTML without escaping, as SES does it', async () => {
    const ses = await start({ variableNames: 'any' });
    const template = {
      TemplateContent: { Subject: '{{greeting}} {{name}}', Html: '<p>{{name}} {{{name}}} {{shop.city}} {{shop.street}}</p>' },
      TemplateData: JSON.stringify({ greeting: 'Hi', name: 'nobody', shop: { city: 'Bonn', street: 'Old St' } }),
    };
    await clientOf(ses).send(
      new SendBulkEmailCommand(bulk([entry('ann@example.com', { name: '<b>&</b>', shop: { street: 'New St' } })], {}, template)),
    );
    const message = first(ses.mailbox.all());
    assert.equal(message.subject, 'Hi <b>&</b>');
    assert.equal(message.html, '<p><b>&</b> <b>&</b> Bonn New St</p>');
  });

  test('with escaping told to be that of Handlebars, two braces escape in the HTML alone', async () => {
    const ses = await start({ escaping: 'html' });
    await clientOf(ses).send(
      new SendBulkEmailCommand(
        bulk(
          [entry('ann@example.com', { name: '<b>' })],
          {},
          { TemplateContent: { Subject: '{{name}}', Html: '{{name}}{{{name}}}', Text: '{{name}}' } },
        ),
      ),
    );
    const { subject, html, text } = first(ses.mailbox.all());
    assert.deepEqual({ subject, html, text }, { subject: '<b>', html: '&lt;b&gt;<b>', text: '<b>' });
  });

  test('a variable that is missing: accepted, with an id, and never sent', async () => {
    const ses = await start();
    const { BulkEmailEntryResults: results = [] } = await clientOf(ses).send(
      new SendBulkEmailCommand(bulk([entry('ann@example.com', {}), entry('bob@example.com')])),
    );
    assert.deepEqual(
      results.map(({ Status }) => Status),
      ['SUCCESS', 'SUCCESS'],
    );
    assert.deepEqual(
      ses.mailbox.all().flatMap(({ to }) => to),
      ['bob@example.com'],
    );
    const failure = first(ses.mailbox.renderingFailures());
    assert.equal(failure.messageId, results[0]?.MessageId);
    assert.equal(failure.errorMessage, "Attribute 'name' is not present in the rendering data.");
    assert.equal(failure.tags['send_id'], 'send-ann');
  });

  test('or, when told so, the entry fails at once', async () => {
    const ses = await start({ renderingFailure: 'status' });
    const { BulkEmailEntryResults: results = [] } = await clientOf(ses).send(
      new SendBulkEmailCommand(bulk([entry('ann@example.com', {})])),
    );
    assert.equal(results[0]?.Status, 'FAILED');
    assert.match(results[0]?.Error ?? '', /'name' is not present/);
    assert.equal(ses.mailbox.renderingFailures().length, 0);
  });

  for (const source of ['{{#if name}}x{{/if}}', '{{> part}}', '{{first_name}}', '{{a.b}}', '{{name', '{{upper name}}']) {
    test(`an inline template with ${source} is refused`, async () => {
      const ses = await start();
      const sending = clientOf(ses).send(
        new SendBulkEmailCommand(bulk([entry('ann@example.com')], {}, { TemplateContent: { Subject: 'x', Html: source } })),
      );
      const error = await refusal(sending);
      assertRefused(error, 'BadRequestException', 400);
      assert.equal(error.message, 'Template contains unsupported operations.');
    });
  }

  test('a bad entry fails alone', async () => {
    const ses = await start();
    const { BulkEmailEntryResults: results = [] } = await clientOf(ses).send(
      new SendBulkEmailCommand(bulk([entry('ann', { name: 'x' }, { ReplacementTags: [] }), entry('bob@example.com')])),
    );
    assert.deepEqual(
      results.map(({ Status, MessageId }) => [Status, MessageId === undefined || MessageId === null]),
      [
        ['INVALID_PARAMETER', true],
        ['SUCCESS', false],
      ],
    );
    assert.equal(results[0]?.Error, "Missing final '@domain'");
  });

  test('more than a megabyte with an inline template is refused', async () => {
    const ses = await start();
    const big = entry('ann@example.com', { name: 'x'.repeat(250_000) });
    await clientOf(ses).send(new SendBulkEmailCommand(bulk([big])));
    assertRefused(await refusal(clientOf(ses).send(new SendBulkEmailCommand(bulk([big, big, big, big, big])))), 'BadRequestException', 400);
  });

  test('a stored template is not there', async () => {
    const ses = await start();
    const sending = clientOf(ses).send(
      new SendBulkEmailCommand(bulk([entry('a@b.example')], { DefaultContent: { Template: { TemplateName: 'Welcome' } } })),
    );
    assertRefused(await refusal(sending), 'NotFoundException', 404);
  });
});

describe('signature', () => {
  test('a wrong secret is 403', async () => {
    const ses = await start();
    const error = await refusal(clientOf(ses, { secretAccessKey: 'wrong' }).send(new SendEmailCommand(simple())));
    assertRefused(error, 'InvalidSignatureException', 403);
    assert.equal(ses.mailbox.count, 0);
  });

  test('a key nobody has, a region that is another', async () => {
    const ses = await start();
    assertRefused(
      await refusal(clientOf(ses, { accessKeyId: 'AKIAOTHER' }).send(new SendEmailCommand(simple()))),
      'UnrecognizedClientException',
      403,
    );
    const error = await refusal(clientOf(ses, { region: 'eu-west-1' }).send(new SendEmailCommand(simple())));
    assertRefused(error, 'InvalidSignatureException', 403);
    assert.match(error.message, /valid region/);
  });

  test('a date five minutes off, either way, unless the clock is not looked at', async () => {
    for (const [minutes, message] of [
      [6, /Signature expired/],
      [-6, /not yet current/],
    ] as const) {
      const ses = await start({ now: () => Date.now() + minutes * 60_000 });
      const error = await refusal(clientOf(ses).send(new SendEmailCommand(simple())));
      assertRefused(error, 'InvalidSignatureException', 403);
      assert.match(error.message, message);
    }
    const ses = await start({ now: () => Date.now() + 86_400_000, checkClock: false });
    await clientOf(ses).send(new SendEmailCommand(simple()));
    assert.equal(ses.mailbox.count, 1);
    assert.ok(first(ses.mailbox.all()).acceptedAt > Date.now() + 80_000_000, "the record's time is the stand-in's clock");
  });

  test('a body or a header changed on the way; a payload hash that is not signed', async () => {
    const ses = await start();
    const signed = await captureSigned();
    assert.equal((await replay(ses, signed)).status, 200, 'the request itself is good');
    assert.equal((await replay(ses, { ...signed, body: signed.body.replace('Ann', 'Eve') })).status, 403);
    assert.equal((await replay(ses, { ...signed, headers: { ...signed.headers, 'content-type': 'text/plain' } })).status, 403);
    const foreignHash = { ...signed.headers, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' };
    assert.equal((await replay(ses, { ...signed, headers: foreignHash })).status, 403);
    const { authorization: _, ...unsigned } = signed.headers;
    const bare = await replay(ses, { ...signed, headers: unsigned });
    assert.equal(bare.status, 403);
    assert.match(bare.errorType, /^MissingAuthenticationTokenException:http/, 'as the front door answers: with a suffix after the colon');
    assert.equal(ses.mailbox.count, 1);
  });

  test('never checks nothing; sample checks the first 20 and then each 100th', async () => {
    const never = await start({ verifySignature: 'never' });
    await clientOf(never, { secretAccessKey: 'wrong' }).send(new SendEmailCommand(simple()));
    assert.equal(never.signaturesChecked, 0);

    const ses = await start({ verifySignature: 'sample' });
    const wrong = clientOf(ses, { secretAccessKey: 'wrong' });
    for (let i = 1; i <= 20; i += 1)
      assertRefused(await refusal(wrong.send(new SendEmailCommand(simple()))), 'InvalidSignatureException', 403);
    for (let i = 21; i < 100; i += 1) await wrong.send(new SendEmailCommand(simple()));
    assertRefused(await refusal(wrong.send(new SendEmailCommand(simple()))), 'InvalidSignatureException', 403);
    assert.equal(ses.mailbox.count, 79);
    assert.equal(ses.signaturesChecked, 21);
  });
});

interface Captured {
  headers: Record<string, string>;
  body: string;
}

/** A request as the real client signs it, for a host that replays may claim to be. */
async function captureSigned(): Promise<Captured> {
  let captured: Captured | undefined;
  const client = new SESv2Client({
    endpoint: 'http://email.us-east-1.amazonaws.com',
    region: 'us-east-1',
    credentials: { accessKeyId: 'AKIASTANDIN000000000', secretAccessKey: 'stand-in/secret+access=key' },
    maxAttempts: 1,
    requestHandler: {
      handle: async (request: { headers: Record<string, string>; body: Uint8Array }) => {
        captured = { headers: { ...request.headers }, body: new TextDecoder().decode(request.body) };
        return { response: { statusCode: 200, headers: {}, body: Readable.from(['{}']) } };
      },
      updateHttpClientConfig: () => undefined,
      httpHandlerConfigs: () => ({}),
    } as never,
  });
  await client.send(new SendEmailCommand(simple()));
  assert.ok(captured !== undefined);
  return captured;
}

async function replay(ses: SesStandIn, { headers, body }: Captured): Promise<{ status: number; errorType: string }> {
  const { request } = await import('node:http');
  return new Promise((resolve, reject) => {
    // `content-length` is signed by nobody; the length is that of the body sent now.
    const sent = request(`${ses.url}/v2/email/outbound-emails`, {
      method: 'POST',
      headers: { ...headers, 'content-length': Buffer.byteLength(body) },
    });
    sent.on('response', (response) => {
      response.resume();
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, errorType: String(response.headers['x-amzn-errortype'] ?? '') }),
      );
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

describe('faults', () => {
  const codes: [string, number][] = [
    ['MessageRejected', 400],
    ['LimitExceededException', 400],
    ['AccountSuspendedException', 400],
    ['SendingPausedException', 400],
    ['MailFromDomainNotVerifiedException', 400],
    ['NotFoundException', 404],
    ['TooManyRequestsException', 429],
    ['InternalFailure', 500],
  ];
  for (const [code, status] of codes) {
    test(`refuse: ${code}`, async () => {
      const ses = await start({ faults: { refuse: { code, count: 1, message: 'no' } } });
      const error = await refusal(clientOf(ses).send(new SendEmailCommand(simple())));
      assertRefused(error, code, status);
      assert.equal(error.message, 'no');
      assert.equal(ses.mailbox.count, 0);
      await clientOf(ses).send(new SendEmailCommand(simple()));
      assert.equal(ses.mailbox.count, 1);
    });
  }

  test('after lets requests by first, count ends it', async () => {
    const ses = await start({ faults: { refuse: { code: 'BadGateway', status: 502, after: 2, count: 1 } } });
    const client = clientOf(ses);
    const outcomes: string[] = [];
    for (let i = 0; i < 4; i += 1)
      outcomes.push(
        await client.send(new SendEmailCommand(simple())).then(
          () => 'ok',
          (error: Error) => error.name,
        ),
      );
    assert.deepEqual(outcomes, ['ok', 'ok', 'BadGateway', 'ok']);
    assert.deepEqual(ses.stats, { requests: 4, byStatus: { '200': 3, '502': 1 }, byError: { BadGateway: 1 } });
  });

  test('throttle: 429 with Retry-After, and the client that may retry gets through', async () => {
    const ses = await start({ faults: { throttle: { count: 1, retry_after_s: 7 } } });
    const error = await refusal(clientOf(ses).send(new SendEmailCommand(simple())));
    assertRefused(error, 'TooManyRequestsException', 429);
    assert.equal(error.$response?.headers['retry-after'], '7');
    ses.faults.set({ throttle: { count: 1 } });
    const patient = new SESv2Client({ endpoint: ses.url, region: ses.region, credentials: ses.credentials, maxAttempts: 2 });
    closing.push(() => patient.destroy());
    await patient.send(new SendEmailCommand(simple()));
    assert.equal(ses.mailbox.count, 1);
  });

  test('fail after acceptance by status: 500, and the mail is on its way', async () => {
    const ses = await start({ faults: { fail_after_accept: { how: 'status', count: 1 } } });
    assertRefused(await refusal(clientOf(ses).send(new SendBulkEmailCommand(bulk([entry('ann@example.com')])))), 'InternalFailure', 500);
    assert.equal(ses.mailbox.count, 1);
  });

  test('a broken connection: after acceptance the mail is on its way, before it is not', async () => {
    const ses = await start({ faults: { fail_after_accept: { how: 'destroy', count: 1 } } });
    await assert.rejects(clientOf(ses).send(new SendEmailCommand(simple())), isBroken);
    assert.equal(ses.mailbox.count, 1);
    ses.faults.set({ drop: { count: 1 } });
    await assert.rejects(clientOf(ses).send(new SendEmailCommand(simple())), isBroken);
    assert.equal(ses.mailbox.count, 1);
    assert.equal(ses.stats.byStatus['none'], 2);
  });

  test('a client that sends again what it does not know about makes a duplicate, and the mailbox shows it', async () => {
    const ses = await start({ faults: { fail_after_accept: { how: 'status', count: 1 } } });
    const eager = new SESv2Client({ endpoint: ses.url, region: ses.region, credentials: ses.credentials, maxAttempts: 2 });
    closing.push(() => eager.destroy());
    await eager.send(new SendBulkEmailCommand(bulk([entry('ann@example.com'), entry('bob@example.com')])));
    await eager.send(new SendBulkEmailCommand(bulk([entry('cat@example.com')])));
    assert.deepEqual(
      ses.mailbox.duplicates('send_id').map(({ key, messages }) => [key, messages.length]),
      [
        ['send-ann', 2],
        ['send-bob', 2],
      ],
    );
    assert.equal(ses.mailbox.duplicatesByRecipientAndSubject().length, 2);
  });

  test('hang: accepted, and answered only when released', async () => {
    const ses = await start({ faults: { hang: { count: 1 } } });
    let answered = false;
    const sending = clientOf(ses)
      .send(new SendEmailCommand(simple()))
      .then((answer) => {
        answered = true;
        return answer;
      });
    await ses.faults.waitForHanging(1);
    assert.equal(ses.mailbox.count, 1);
    await clientOf(ses).send(new SendEmailCommand(simple()));
    assert.equal(answered, false, 'a whole other request went by, and it still hangs');
    assert.equal(ses.faults.release(), 1);
    assert.equal((await sending).MessageId, first(ses.mailbox.all()).messageId);
  });

  test('hang: closing the stand-in breaks it', async () => {
    const ses = await startSesStandIn({ faults: { hang: {} } });
    const sending = assert.rejects(clientOf(ses).send(new SendEmailCommand(simple())), isBroken);
    await ses.faults.waitForHanging(1);
    await ses.close();
    await sending;
    assert.deepEqual(ses.stats.byStatus, { none: 1 });
  });

  test('recipients refused by pattern: an entry by its status, a single send by the exception', async () => {
    const ses = await start({
      faults: {
        reject_recipients: [
          { pattern: '@Bad\\.example$', status: 'MESSAGE_REJECTED', error: 'no' },
          { pattern: '^slow', status: 'ACCOUNT_THROTTLED' },
        ],
      },
    });
    const client = clientOf(ses);
    const { BulkEmailEntryResults: results = [] } = await client.send(
      new SendBulkEmailCommand(bulk([entry('ann@example.com'), entry('bob@BAD.example'), entry('slow@example.com')])),
    );
    assert.deepEqual(
      results.map(({ Status }) => Status),
      ['SUCCESS', 'MESSAGE_REJECTED', 'ACCOUNT_THROTTLED'],
    );
    assert.equal(results[1]?.Error, 'no');
    assert.deepEqual(
      ses.mailbox.all().flatMap(({ to }) => to),
      ['ann@example.com'],
    );
    assertRefused(
      await refusal(client.send(new SendEmailCommand(simple({ Destination: { ToAddresses: ['x@bad.example'] } })))),
      'MessageRejected',
      400,
    );
    assertRefused(
      await refusal(client.send(new SendEmailCommand(simple({ Destination: { ToAddresses: ['slow@a.example'] } })))),
      'TooManyRequestsException',
      429,
    );
  });

  test('some entries TRANSIENT_FAILURE, and the same ones accepted when sent again', async () => {
    const ses = await start({ faults: { transient: { every: 2, count: 2 } } });
    const client = clientOf(ses);
    const entries = Array.from({ length: 6 }, (_, i) => entry(`p${i}@example.com`));
    const { BulkEmailEntryResults: results = [] } = await client.send(new SendBulkEmailCommand(bulk(entries)));
    assert.deepEqual(
      results.map(({ Status }) => Status === 'TRANSIENT_FAILURE'),
      [false, true, false, true, false, false],
    );
    await client.send(new SendBulkEmailCommand(bulk(entries.filter((_, i) => results[i]?.Status === 'TRANSIENT_FAILURE'))));
    assert.equal(ses.mailbox.count, 6);
    assert.equal(ses.mailbox.duplicates('send_id').length, 0);
  });

  test('latency is waited before anything is accepted', async () => {
    const ses = await start({ faults: { latency_ms: 60_000 } });
    const client = clientOf(ses);
    const controller = new AbortController();
    const sending = client.send(new SendEmailCommand(simple()), { abortSignal: controller.signal });
    // The second request passes by the first: a latency that runs is not shortened by taking the fault away.
    while (ses.faults.delaying === 0) await new Promise((resolve) => setImmediate(resolve));
    ses.faults.clear();
    await client.send(new SendEmailCommand(simple()));
    assert.equal(ses.mailbox.count, 1);
    controller.abort();
    await assert.rejects(sending);
  });

  test('the hook is called when the messages are recorded and before they are answered for', async () => {
    const ses = await start();
    const seen = Promise.withResolvers<readonly AcceptedMessage[]>();
    const goOn = Promise.withResolvers<void>();
    ses.onAccepted = (messages) => {
      seen.resolve(messages);
      return goOn.promise;
    };
    let answered = false;
    const sending = clientOf(ses).send(new SendBulkEmailCommand(bulk([entry('a@example.com'), entry('b@example.com')])));
    void sending.then(() => (answered = true));
    const messages = await seen.promise;
    assert.equal(ses.mailbox.count, 2);
    ses.onAccepted = undefined;
    await clientOf(ses).send(new SendEmailCommand(simple()));
    assert.equal(answered, false, 'a whole other request went by, and the hook still holds the answer');
    goOn.resolve();
    assert.deepEqual(
      messages.map(({ messageId }) => messageId),
      (await sending).BulkEmailEntryResults?.map(({ MessageId }) => MessageId),
    );
  });

  for (const [what, wrong] of [
    ['name', { latencyms: 1 }],
    ['field', { hang: { times: 1 } }],
    ['exception', { refuse: { code: 'NoSuchException' } }],
    ['status', { reject_recipients: [{ pattern: 'x', status: 'MessageRejected' }] }],
    ['pattern', { reject_recipients: [{ pattern: '(', status: 'FAILED' }] }],
  ] as const) {
    test(`a ${what} that is unknown is refused: a fault that never strikes would pass a test`, async () => {
      const ses = await start();
      assert.throws(() => ses.faults.set(wrong as unknown as FaultSettings));
    });
  }
});

function isBroken(error: Error): boolean {
  return !(error instanceof SESv2ServiceException);
}

describe('mailbox', () => {
  test('waitForCount wakes when the last message comes, and says what it missed when it does not', async () => {
    const ses = await start();
    const waiting = ses.mailbox.waitForCount(3, 5_000);
    const client = clientOf(ses);
    await client.send(new SendEmailCommand(simple()));
    await client.send(new SendBulkEmailCommand(bulk([entry('a@example.com'), entry('b@example.com')])));
    assert.equal((await waiting).length, 3);
    await assert.rejects(ses.mailbox.waitForCount(4, 1), /4 messages \(3 so far\)/);
  });

  test('bodies: all, none, or those of the latest', async () => {
    const htmls = async (keepBodies: SesOptions['keepBodies']): Promise<boolean[]> => {
      const ses = await start({ ...(keepBodies === undefined ? {} : { keepBodies }) });
      for (const name of ['a', 'b', 'c']) await clientOf(ses).send(new SendBulkEmailCommand(bulk([entry(`${name}@example.com`)])));
      assert.equal(ses.mailbox.all()[0]?.subject, 'Hello a@example.com', 'the subject stays');
      return ses.mailbox.all().map(({ html }) => html !== undefined);
    };
    assert.deepEqual(await htmls(undefined), [true, true, true]);
    assert.deepEqual(await htmls('none'), [false, false, false]);
    assert.deepEqual(await htmls(2), [false, true, true]);
  });

  test('a missing variable is found also when no body is put together, and toRfc5322 does not make one up', async () => {
    const ses = await start({ keepBodies: 'none' });
    const template = { TemplateContent: { Subject: 'x', Html: '{{gone}}' } };
    await clientOf(ses).send(new SendBulkEmailCommand(bulk([entry('a@example.com')], {}, template)));
    assert.equal(ses.mailbox.renderingFailures().length, 1);
    await clientOf(ses).send(new SendBulkEmailCommand(bulk([entry('a@example.com')])));
    await assert.rejects(toRfc5322(first(ses.mailbox.all())), /not kept/);
  });
});

describe('control', () => {
  test('messages, summary and faults over HTTP', async () => {
    const ses = await start();
    const client = clientOf(ses);
    const control = async (method: string, path: string, body?: object): Promise<{ status: number; json: Record<string, unknown> }> => {
      const response = await fetch(`${ses.url}/_control/${path}`, {
        method,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return { status: response.status, json: (await response.json()) as Record<string, unknown> };
    };
    assert.deepEqual((await control('PUT', 'faults', { refuse: { code: 'MessageRejected', count: 1 } })).json, {
      refuse: { code: 'MessageRejected', count: 1 },
    });
    assertRefused(await refusal(client.send(new SendEmailCommand(simple()))), 'MessageRejected', 400);
    assert.deepEqual((await control('GET', 'faults')).json, { refuse: { code: 'MessageRejected', count: 0 } });
    assert.equal((await control('PUT', 'faults', { nonsense: true })).status, 400);
    await control('DELETE', 'faults');

    await client.send(new SendEmailCommand(simple()));
    await client.send(new SendEmailCommand(simple()));
    await client.send(new SendBulkEmailCommand(bulk([entry('bob@example.com')])));
    const { json: summary } = await control('GET', 'summary');
    assert.equal(summary['accepted'], 3);
    assert.equal(summary['requests'], 4);
    assert.equal(summary['duplicates'], 1);
    assert.deepEqual(summary['duplicate_values'], [{ value: 'send-1', messages: 2 }]);

    const list = async (query: string): Promise<string[]> =>
      ((await control('GET', `messages?${query}`)).json['messages'] as AcceptedMessage[]).map(({ subject }) => subject);
    assert.deepEqual(await list('to=bob@example.com'), ['Hello bob@example.com']);
    assert.deepEqual(await list('tag=send_id:send-1'), ['Grüße, Ann', 'Grüße, Ann']);
    assert.deepEqual(await list('limit=1'), ['Hello bob@example.com']);
    const id = first(ses.mailbox.all()).messageId;
    const eml = await (await fetch(`${ses.url}/_control/messages/${id}.eml`)).text();
    assert.equal((await PostalMime.parse(eml)).subject, 'Grüße, Ann');

    assert.deepEqual((await control('DELETE', 'messages')).json, { deleted: 3 });
    assert.equal(ses.mailbox.count, 0);
    assert.equal((await control('GET', 'nowhere')).status, 404);
  });

  test('release over HTTP', async () => {
    const ses = await start({ faults: { hang: { count: 1 } } });
    const sending = clientOf(ses).send(new SendEmailCommand(simple()));
    await ses.faults.waitForHanging(1);
    const response = await fetch(`${ses.url}/_control/release`, { method: 'POST' });
    assert.deepEqual(await response.json(), { released: 1 });
    await sending;
  });

  test('an event of a recorded message is published by order', async () => {
    const sns = await startTopic();
    const ses = await start({ sns });
    const hook = await startWebhook();
    sns.subscribeConfirmed(hook.url);
    await clientOf(ses).send(new SendEmailCommand(simple()));
    const order = { event: 'Bounce', to: 'ann@example.com', options: { bounceType: 'Transient' }, copies: 2 };
    const response = await fetch(`${ses.url}/_control/events`, { method: 'POST', body: JSON.stringify(order) });
    assert.equal(response.status, 200);
    assert.equal(hook.received.length, 2);
    const event = JSON.parse(first(hook.received).envelope.Message) as { bounce: { bounceType: string }; mail: { messageId: string } };
    assert.equal(event.bounce.bounceType, 'Transient');
    assert.equal(event.mail.messageId, first(ses.mailbox.all()).messageId);
  });
});

async function startTopic(options: Parameters<typeof startSnsStandIn>[0] = {}): Promise<SnsStandIn> {
  const sns = await startSnsStandIn({ retryDelayMs: 1, ...options });
  closing.push(() => sns.close());
  return sns;
}

interface Received {
  headers: IncomingHttpHeaders;
  envelope: SnsEnvelope;
  body: string;
}

/** A webhook that answers the given statuses first and 200 from then on. */
async function startWebhook(statuses: number[] = []): Promise<{ url: string; received: Received[] }> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      received.push({ headers: request.headers, envelope: JSON.parse(body) as SnsEnvelope, body });
      response.writeHead(statuses.shift() ?? 200).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks/ses`, received };
}

describe('events', () => {
  let message: AcceptedMessage;
  beforeEach(async () => {
    const ses = await start();
    await clientOf(ses).send(
      new SendBulkEmailCommand(
        bulk([entry('Ann Other <ann@example.com>', { name: 'Ann' }, { ReplacementTags: [{ Name: 'send_id', Value: 'send-9' }] })]),
      ),
    );
    message = first(ses.mailbox.all());
  });

  test('event publishing names the event by eventType and carries our tags as lists', () => {
    const { mail, ...event } = bounceEvent(message, { at: 1_700_000_000_000 });
    assert.equal(event.eventType, 'Bounce');
    assert.equal(event.notificationType, undefined);
    assert.equal(mail.messageId, message.messageId);
    assert.deepEqual(mail.tags?.['send_id'], ['send-9']);
    assert.deepEqual(mail.tags?.['tenant'], ['acme']);
    assert.deepEqual(mail.tags?.['ses:configuration-set'], ['campaigns']);
    assert.deepEqual(mail.destination, ['Ann Other <ann@example.com>']);
    assert.equal(mail.commonHeaders?.subject, 'Hello Ann');
    assert.ok(mail.headers?.some(({ name, value }) => name === 'Message-ID' && value === `<${message.messageId}@email.amazonses.com>`));
    const bounce = event['bounce'] as Record<string, unknown>;
    assert.equal(bounce['timestamp'], '2023-11-14T22:13:20.000Z');
    assert.equal(bounce['bounceType'], 'Permanent');
    assert.equal(bounce['bounceSubType'], 'General');
    assert.deepEqual(bounce['bouncedRecipients'], [
      { emailAddress: 'ann@example.com', action: 'failed', status: '5.1.1', diagnosticCode: 'smtp; 550 5.1.1 user unknown' },
    ]);
  });

  test("an identity's feedback names it by notificationType and carries no tags", () => {
    const event = complaintEvent(message, { spelling: 'notificationType' });
    assert.equal(event.notificationType, 'Complaint');
    assert.equal(event.eventType, undefined);
    assert.equal(event.mail.tags, undefined);
    assert.equal(event.mail.messageId, message.messageId);
    const complaint = event['complaint'] as Record<string, unknown>;
    assert.equal(complaint['complaintFeedbackType'], 'abuse');
    assert.deepEqual(complaint['complainedRecipients'], [{ emailAddress: 'ann@example.com' }]);
  });

  test('the others, by the member each is known by', () => {
    const members: Record<EventName, [string, string[]]> = {
      Bounce: ['bounce', ['bounceType', 'bounceSubType', 'bouncedRecipients', 'timestamp', 'feedbackId', 'reportingMTA']],
      Click: ['click', ['ipAddress', 'link', 'linkTags', 'timestamp', 'userAgent']],
      Complaint: [
        'complaint',
        ['complainedRecipients', 'timestamp', 'feedbackId', 'complaintSubType', 'complaintFeedbackType', 'arrivalDate', 'userAgent'],
      ],
      Delivery: ['delivery', ['timestamp', 'processingTimeMillis', 'recipients', 'smtpResponse', 'reportingMTA']],
      DeliveryDelay: ['deliveryDelay', ['timestamp', 'delayType', 'expirationTime', 'delayedRecipients']],
      Open: ['open', ['ipAddress', 'timestamp', 'userAgent']],
      Reject: ['reject', ['reason']],
      'Rendering Failure': ['failure', ['errorMessage', 'templateName']],
      Send: ['send', []],
      Subscription: ['subscription', ['contactList', 'timestamp', 'source', 'newTopicPreferences', 'oldTopicPreferences']],
    };
    for (const [name, [member, fields]] of Object.entries(members) as [EventName, [string, string[]]][]) {
      const event = buildEvent(name, message);
      assert.equal(event.eventType, name);
      const detail = event[member] as Record<string, unknown>;
      for (const field of fields) assert.ok(Object.hasOwn(detail, field), `${name} has no ${member}.${field}`);
      assert.equal(event.mail.headers === undefined, name === 'DeliveryDelay' || name === 'Rendering Failure', name);
    }
    assert.throws(() => buildEvent('Bounced' as EventName, message));
    assert.equal(
      (openEvent(message, { userAgent: 'GoogleImageProxy' })['open'] as Record<string, unknown>)['userAgent'],
      'GoogleImageProxy',
    );
    assert.equal((clickEvent(message, { link: 'https://a.example' })['click'] as Record<string, unknown>)['link'], 'https://a.example');
    assert.equal(
      (bounceEvent(message, { bounceType: 'Transient', bounceSubType: 'MailboxFull' })['bounce'] as Record<string, unknown>)[
        'bounceSubType'
      ],
      'MailboxFull',
    );
  });
});

/**
 * AWS's validator fetches the certificate over https from Amazon's host and has no setting for another. So https.get, which it calls
 * through the module, reads from the stand-in for the time of the check: the very rewriting the platform under test does.
 */
async function validate(envelope: SnsEnvelope, sns: SnsStandIn): Promise<void> {
  const real = https.get;
  https.get = ((url: string, onResponse: (response: Readable & { statusCode?: number }) => void) => {
    void fetch(sns.url + new URL(url).pathname).then(async (response) => {
      onResponse(Object.assign(Readable.from([Buffer.from(await response.arrayBuffer())]), { statusCode: response.status }));
    });
    return { on: () => undefined };
  }) as never;
  try {
    await new Promise<void>((resolve, reject) => {
      new MessageValidator().validate({ ...envelope }, (error) => (error === null ? resolve() : reject(error)));
    });
  } finally {
    https.get = real;
  }
}

describe('SNS', () => {
  for (const signatureVersion of ['1', '2'] as const) {
    test(`notifications and confirmations of signature version ${signatureVersion} satisfy AWS's own validator; tampered ones do not`, async () => {
      const sns = await startTopic({ signatureVersion });
      const hook = await startWebhook();
      const { confirmation } = await sns.subscribe(hook.url);
      for (const envelope of [sns.notification('plain'), sns.notification({ a: 'ä\n' }, { subject: 'Ünï' }), confirmation.envelope]) {
        assert.equal(envelope.SignatureVersion, signatureVersion);
        await validate(envelope, sns);
        assert.ok(verifyEnvelope(envelope, sns.certificatePem));
        await assert.rejects(validate({ ...envelope, Message: `${envelope.Message} ` }, sns), /signature is invalid/);
        await assert.rejects(validate({ ...envelope, Timestamp: '2020-01-01T00:00:00.000Z' }, sns), /signature is invalid/);
      }
    });
  }

  test("another topic's certificate does not vouch for it; a new certificate has a new address", async () => {
    const sns = await startTopic();
    const other = await startTopic();
    const envelope = sns.notification('x');
    assert.equal(verifyEnvelope(envelope, other.certificatePem), false);
    await assert.rejects(validate({ ...envelope, SigningCertURL: other.signingCertUrl }, other), /signature is invalid/);
    const before = sns.certificateRequests;
    await sns.rotateCertificate();
    assert.notEqual(sns.signingCertUrl, envelope.SigningCertURL);
    await validate(envelope, sns);
    await validate(sns.notification('y'), sns);
    assert.equal(sns.certificateRequests, before + 2);
  });

  test('the certificate is an RSA-2048 one, at an address of the form the validators demand', async () => {
    const sns = await startTopic();
    assert.match(sns.signingCertUrl, /^https:\/\/sns\.us-east-1\.amazonaws\.com\/SimpleNotificationService-[0-9a-f]{32}\.pem$/);
    const response = await fetch(sns.url + new URL(sns.signingCertUrl).pathname);
    const certificate = new X509Certificate(await response.text());
    assert.equal(certificate.publicKey.asymmetricKeyDetails?.modulusLength, 2048);
    assert.ok(certificate.verify(certificate.publicKey), 'self-signed');
    assert.equal((await fetch(`${sns.url}/SimpleNotificationService-0.pem`)).status, 404);
  });

  test('posts with the headers of SNS', async () => {
    const sns = await startTopic();
    const hook = await startWebhook();
    sns.subscribeConfirmed(hook.url);
    await sns.publish('hello');
    const { headers, envelope, body } = first(hook.received);
    assert.equal(headers['x-amz-sns-message-type'], 'Notification');
    assert.equal(headers['x-amz-sns-message-id'], envelope.MessageId);
    assert.equal(headers['x-amz-sns-topic-arn'], sns.topicArn);
    assert.equal(headers['x-amz-sns-subscription-arn'], first(sns.subscriptions).subscriptionArn);
    assert.equal(headers['content-type'], 'text/plain; charset=UTF-8');
    assert.equal(headers['user-agent'], 'Amazon Simple Notification Service Agent');
    assert.equal(headers['accept-language'], undefined);
    assert.match(body, /^\{\n {2}"Type" : "Notification",\n/);
  });

  test('an SES event is dressed as event publishing does it, the older feed as that does', async () => {
    const sns = await startTopic();
    const ses = await start();
    await clientOf(ses).send(new SendEmailCommand(simple()));
    const message = first(ses.mailbox.all());
    const event = sns.notification(deliveryEvent(message));
    assert.equal(event.Subject, 'Amazon SES Email Event Notification');
    assert.ok(event.Message.endsWith('}\n'));
    const older = sns.notification(deliveryEvent(message, { spelling: 'notificationType' }));
    assert.equal(older.Subject, undefined);
    assert.ok(older.Message.endsWith('}'));
    assert.equal(sns.notification(TOPIC_VALIDATED).Message, TOPIC_VALIDATED);
  });

  test('nothing is delivered before the endpoint has visited its SubscribeURL', async () => {
    const sns = await startTopic();
    const hook = await startWebhook();
    await sns.subscribe(hook.url);
    const { envelope, headers } = first(hook.received);
    assert.equal(headers['x-amz-sns-message-type'], 'SubscriptionConfirmation');
    assert.equal(headers['x-amz-sns-subscription-arn'], undefined);
    await assert.rejects(sns.publish('too early'), /nobody has confirmed/);

    const subscribeUrl = new URL(envelope.SubscribeURL ?? '');
    assert.equal(subscribeUrl.origin, 'https://sns.us-east-1.amazonaws.com');
    const wrong = new URL(subscribeUrl);
    wrong.searchParams.set('Token', 'guessed');
    assert.equal((await fetch(sns.url + wrong.pathname + wrong.search)).status, 400);
    const waiting = sns.waitForConfirmation(hook.url);
    const confirmed = await fetch(sns.url + subscribeUrl.pathname + subscribeUrl.search);
    assert.match(await confirmed.text(), /<SubscriptionArn>arn:aws:sns:us-east-1:123456789012:ses-events:/);
    await waiting;
    await sns.publish('now');
    assert.equal(hook.received.at(-1)?.envelope.Message, 'now');

    const farewell = await sns.unsubscribe(hook.url);
    assert.equal(farewell?.envelope.Type, 'UnsubscribeConfirmation');
    assert.ok(farewell !== undefined && verifyEnvelope(farewell.envelope, sns.certificatePem));
    await assert.rejects(sns.publish('gone'), /nobody has confirmed/);
  });

  test('tries again what was not answered by 2xx, under the same id, and gives up after that many', async () => {
    const sns = await startTopic({ retries: 2 });
    const hook = await startWebhook([500, 302]);
    sns.subscribeConfirmed(hook.url);
    const delivery = first(await sns.publish('x'));
    assert.deepEqual(delivery.attempts, [500, 302, 200]);
    assert.equal(delivery.delivered, true);
    assert.equal(new Set(hook.received.map(({ envelope }) => envelope.MessageId)).size, 1);
    const deaf = await startWebhook([500, 500, 500, 500]);
    const lost = first(await sns.publish('x', { endpoint: deaf.url }));
    assert.deepEqual([lost.attempts, lost.delivered], [[500, 500, 500], false]);
    const nobody = first(await sns.publish('x', { endpoint: 'http://127.0.0.1:1/' }));
    assert.deepEqual([nobody.attempts.length, nobody.delivered], [3, false]);
  });

  test('delivers twice and out of order when told to', async () => {
    const sns = await startTopic();
    const hook = await startWebhook();
    sns.subscribeConfirmed(hook.url);
    const arrived = (): string[] => hook.received.splice(0).map(({ envelope }) => envelope.Message);
    await sns.publishMany(['a', 'b', 'c'], { order: 'reverse', copies: 2 });
    assert.equal(new Set(sns.deliveries.map(({ envelope }) => envelope.MessageId)).size, 3, 'copies share their ids');
    assert.deepEqual(arrived(), ['c', 'b', 'a', 'c', 'b', 'a']);
    await sns.publishMany(['a', 'b', 'c'], { order: [1, 0, 1, 2] });
    assert.deepEqual(arrived(), ['b', 'a', 'b', 'c']);
    await sns.publishMany(
      Array.from({ length: 20 }, (_, i) => String(i)),
      { concurrency: 4 },
    );
    assert.deepEqual(
      arrived()
        .map(Number)
        .sort((a, b) => a - b),
      Array.from({ length: 20 }, (_, i) => i),
    );
  });
});

after(() => https.globalAgent.destroy());
