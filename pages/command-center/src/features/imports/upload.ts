// Sends a file, and says how far it is: `fetch` cannot. The session is renewed once if it ended meanwhile.
import { ApiError } from '@/api';
import type { Schema } from '@/api';
import { renewSession } from '@/api/refresh.ts';

export interface Upload {
  file: File;
  what: string;
  name: string;
  onProgress: (sent: number) => void;
  signal: AbortSignal;
}

const ABORTED = 'AbortError';

export async function upload(given: Upload): Promise<Schema<'Import'>> {
  const sentAt = Date.now();
  const first = await send(given);
  const response = first.status === 401 && (await renewSession(sentAt)) === 'renewed' ? await send(given) : first;
  if (!response.ok) throw await ApiError.of(response);
  const { data } = (await response.json()) as { data: Schema<'Import'> };
  return data;
}

export const wasAborted = (error: unknown): boolean => error instanceof DOMException && error.name === ABORTED;

function send({ file, what, name, onProgress, signal }: Upload): Promise<Response> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const query = new URLSearchParams({ what, ...(name ? { name } : {}) });
    request.open('POST', `/api/v1/imports?${query.toString()}`);
    request.withCredentials = true;
    request.setRequestHeader('content-type', 'application/octet-stream');
    request.setRequestHeader('idempotency-key', crypto.randomUUID());
    request.upload.onprogress = (event) => onProgress(event.loaded);
    request.onload = () => resolve(new Response(request.responseText, { status: request.status, headers: headersOf(request) }));
    request.onerror = () => reject(ApiError.unreachable(undefined));
    request.onabort = () => reject(new DOMException('', ABORTED));
    signal.addEventListener('abort', () => request.abort(), { once: true });
    request.send(file);
  });
}

function headersOf(request: XMLHttpRequest): Headers {
  const lines = request.getAllResponseHeaders().trim().split(/\r?\n/).filter(Boolean);
  return new Headers(lines.map((line): [string, string] => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]));
}
