// The stand-ins as a process: `node tests/support/ses/main.ts --port 4579`. Everything a test does in process, `/_control` does here.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

import { DEFAULT_CREDENTIALS, startSesStandIn, startSnsStandIn } from './index.ts';
import type { FaultSettings, KeepBodies, SignatureVersion, VerifyMode } from './index.ts';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '4579' },
    'sns-port': { type: 'string', default: '4580' },
    region: { type: 'string', default: 'us-east-1' },
    'access-key-id': { type: 'string', default: DEFAULT_CREDENTIALS.accessKeyId },
    'secret-access-key': { type: 'string', default: DEFAULT_CREDENTIALS.secretAccessKey },
    verify: { type: 'string', default: 'always' },
    'no-clock-check': { type: 'boolean', default: false },
    'keep-bodies': { type: 'string', default: 'all' },
    /** A file with the JSON of `PUT /_control/faults`. */
    faults: { type: 'string' },
    'latency-ms': { type: 'string' },
    'signature-version': { type: 'string', default: '1' },
    'topic-name': { type: 'string', default: 'ses-events' },
    /** A webhook to subscribe when started. */
    subscribe: { type: 'string' },
  },
});

const sns = await startSnsStandIn({
  port: Number(values['sns-port']),
  region: values.region,
  topicName: values['topic-name'],
  signatureVersion: oneOf<SignatureVersion>('signature-version', values['signature-version'], ['1', '2']),
});
const fromFile = values.faults === undefined ? {} : (JSON.parse(readFileSync(values.faults, 'utf8')) as FaultSettings);
const ses = await startSesStandIn({
  port: Number(values.port),
  region: values.region,
  credentials: { accessKeyId: values['access-key-id'], secretAccessKey: values['secret-access-key'] },
  verifySignature: oneOf<VerifyMode>('verify', values.verify, ['always', 'sample', 'never']),
  checkClock: !values['no-clock-check'],
  keepBodies: keepBodies(values['keep-bodies']),
  faults: values['latency-ms'] === undefined ? fromFile : { ...fromFile, latency_ms: Number(values['latency-ms']) },
  sns,
});

// One line of JSON, so that whoever started the process reads the addresses from it.
console.log(
  JSON.stringify({
    ses: ses.url,
    sns: sns.url,
    topic_arn: sns.topicArn,
    signing_cert_url: sns.signingCertUrl,
    region: ses.region,
    access_key_id: ses.credentials.accessKeyId,
  }),
);

if (values.subscribe !== undefined) {
  const { confirmation } = await sns.subscribe(values.subscribe);
  console.log(JSON.stringify({ subscribed: values.subscribe, attempts: confirmation.attempts }));
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    void Promise.all([ses.close(), sns.close()]).then(() => process.exit(0));
  });
}

function oneOf<T extends string>(name: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((one) => one === value);
  if (found === undefined) throw new Error(`--${name} is one of ${allowed.join(', ')}`);
  return found;
}

function keepBodies(value: string): KeepBodies {
  if (value === 'all' || value === 'none') return value;
  const latest = Number(value);
  if (!Number.isInteger(latest) || latest < 0) throw new Error('--keep-bodies is all, none or a number of latest messages');
  return latest;
}
