// The built app and the API on one origin, as the deployment has them: Pages for the app, compressed, the Worker for `/api`.
import { readFileSync, readdirSync } from 'node:fs';
import { createServer, request } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { extname, join, relative } from 'node:path';
import type { Duplex } from 'node:stream';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

import { pagesHeaders } from '../../pages/command-center/tools/pages-headers.ts';

/** What the Worker answers; everything else is the app's. */
const OF_THE_PLATFORM = /^\/(api|dev|docs|files|health|webhooks|[a-z])(\/|$|\?)/;
const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};
const COMPRESSED = new Set(['.html', '.js', '.css', '.json', '.svg']);
/** How Pages compresses what a browser takes compressed, best first. */
const ENCODINGS: Record<string, (file: Buffer) => Buffer> = {
  br: (file) => brotliCompressSync(file, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }),
  gzip: (file) => gzipSync(file),
};

export class OneOrigin {
  readonly url: string;
  readonly #server: Server;
  readonly #files: Map<string, Buffer>;
  /** By path and encoding. */
  readonly #compressed = new Map<string, Buffer>();
  readonly #sockets = new Set<Duplex>();
  /** The platform's port, once it runs. It has to know this origin before. */
  platformPort = 0;

  private constructor(server: Server, host: string, files: Map<string, Buffer>) {
    this.#server = server;
    this.#files = files;
    this.url = `http://${host}:${(server.address() as AddressInfo).port}`;
    server.on('request', (asked: IncomingMessage, answer: ServerResponse) => {
      if (OF_THE_PLATFORM.test(asked.url!)) this.#pass(asked, answer);
      else this.#serve(asked, answer);
    });
    server.on('upgrade', (asked: IncomingMessage, socket: Duplex, head: Buffer) => this.#upgrade(asked, socket, head));
  }

  /** Files are read once: a build that goes on beside it changes nothing. */
  static async start(folder: string, { host = '127.0.0.1', port = 0 } = {}): Promise<OneOrigin> {
    const paths = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const files = new Map(paths.map((entry) => join(entry.parentPath, entry.name)).map((path) => [`/${relative(folder, path)}`, readFileSync(path)]));
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(port, host, resolve));
    return new OneOrigin(server, host, files);
  }

  /** Ends the sockets that pages have open, as a network does that fails. */
  cutSockets(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async stop(): Promise<void> {
    this.cutSockets();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #serve(asked: IncomingMessage, answer: ServerResponse): void {
    const path = decodeURIComponent(new URL(asked.url!, this.url).pathname);
    const file = this.#files.get(path);
    if (!file && extname(path) !== '') {
      answer.writeHead(404).end();
      return;
    }
    const name = file ? path : '/index.html';
    const encoding = COMPRESSED.has(extname(name)) && Object.keys(ENCODINGS).find((one) => asked.headers['accept-encoding']?.includes(one));
    const body = encoding ? this.#encoded(name, encoding) : this.#files.get(name)!;
    answer.writeHead(200, {
      'cache-control': 'public, max-age=0, must-revalidate',
      ...lowered(pagesHeaders(path)),
      'content-type': TYPES[extname(name)] ?? 'application/octet-stream',
      'content-length': body.length,
      ...(encoding ? { 'content-encoding': encoding, vary: 'accept-encoding' } : {}),
    });
    answer.end(body);
  }

  #encoded(name: string, encoding: string): Buffer {
    const key = `${encoding} ${name}`;
    const known = this.#compressed.get(key);
    if (known) return known;
    const made = ENCODINGS[encoding]!(this.#files.get(name)!);
    this.#compressed.set(key, made);
    return made;
  }

  #pass(asked: IncomingMessage, answer: ServerResponse): void {
    const { url: path, method, headers } = asked;
    // A connection of its own: one that is kept may be closed by the other side in the moment in which it is taken again.
    const passed = request({ host: '127.0.0.1', port: this.platformPort, path, method, headers, agent: false }, (found) => {
      answer.writeHead(found.statusCode!, found.headers);
      found.pipe(answer);
    });
    passed.on('error', () => (answer.headersSent ? answer.destroy() : answer.writeHead(502).end()));
    asked.pipe(passed);
  }

  #upgrade(asked: IncomingMessage, socket: Duplex, head: Buffer): void {
    const behind: Socket = connect(this.platformPort, '127.0.0.1', () => {
      const lines = asked.rawHeaders.flatMap((name, index) => (index % 2 === 0 ? [`${name}: ${asked.rawHeaders[index + 1]}`] : []));
      behind.write(`${asked.method} ${asked.url} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
      behind.write(head);
      socket.pipe(behind).pipe(socket);
    });
    this.#sockets.add(socket);
    for (const [one, other] of [[socket, behind], [behind, socket]] as const) {
      one.on('error', () => other.destroy());
      one.on('close', () => other.destroy());
    }
    socket.on('close', () => this.#sockets.delete(socket));
  }
}

function lowered(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
