// Loads the written campaign through the API: its templates, then its sequence. Run again, it changes nothing.
//
//   API_KEY=… node seed/campaign.ts [http://localhost:8787]
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { VFile } from 'vfile';
import { matter } from 'vfile-matter';

const FOLDER = join(import.meta.dirname, 'campaign');

export interface Template {
  id: string;
  name: string;
  subject: string;
  preview_text: string;
  body_html: string;
  category: string;
  purpose: 'marketing';
  layout: 'base';
}

export interface Sequence {
  name: string;
  description: string;
  allow_reenrolment: boolean;
  send_window: object;
  steps: { step_number: number; day_offset: number; template_id: string }[];
}

/** An API call that succeeded: gives what is under `data`. */
export type Call = (method: string, path: string, body?: unknown) => Promise<any>;

export function readTemplates(): Template[] {
  const files = readdirSync(join(FOLDER, 'emails')).filter((file) => file.endsWith('.html')).sort();
  return files.map((file) => {
    const page = new VFile({ path: file, value: readFileSync(join(FOLDER, 'emails', file), 'utf8') });
    matter(page, { strip: true });
    const { name, subject, preview, series } = page.data['matter'] as Record<string, string | undefined>;
    if (!name || !subject || !preview || !series) throw new Error(`${file}: its front matter needs name, subject, preview and series`);
    const body = String(page).trim();
    return { id: page.stem!, name, subject, preview_text: preview, body_html: body, category: series, purpose: 'marketing', layout: 'base' };
  });
}

export function readSequence(): Sequence {
  return JSON.parse(readFileSync(join(FOLDER, 'sequence.json'), 'utf8'));
}

/** What is there already is left as it is, with whatever was changed in it since. */
export async function loadCampaign(call: Call): Promise<{ sequenceId: string; created: boolean }> {
  const { name, description, allow_reenrolment, send_window, steps } = readSequence();
  const known = await call('GET', '/api/v1/sequences?limit=100');
  const same = known.find((sequence: { name: string }) => sequence.name === name);
  if (same) return { sequenceId: same.id, created: false };

  for (const { id, ...template } of readTemplates()) await call('PUT', `/api/v1/templates/${id}`, template);
  const sequence = await call('POST', '/api/v1/sequences', { name, description, allow_reenrolment, send_window, steps });
  return { sequenceId: sequence.id, created: true };
}

/** Calls of a running platform. */
export function caller(url: string, apiKey: string): Call {
  return async (method, path, body) => {
    const response = await fetch(new URL(path, url), {
      method,
      headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
    return text ? JSON.parse(text).data : undefined;
  };
}

if (import.meta.main) {
  const apiKey = process.env['API_KEY'];
  if (!apiKey) throw new Error('API_KEY is not set');
  console.log(await loadCampaign(caller(process.argv[2] ?? 'http://localhost:8787', apiKey)));
}
