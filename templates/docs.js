// Shows the contract that the Worker serves. Everything is written as text, never as HTML.
'use strict';
const byId = (id) => document.getElementById(id);
const METHODS = ['get', 'post', 'put', 'patch', 'delete'];
let contract;
let operations = [];

/** An element: `el('a.quiet', { href }, 'text', another)`. */
function el(kind, attributes, ...children) {
  const [name, ...classes] = kind.split('.');
  const made = document.createElement(name);
  if (classes.length) made.className = classes.join(' ');
  for (const [key, value] of Object.entries(attributes ?? {})) {
    if (key.startsWith('on')) made.addEventListener(key.slice(2), value);
    else if (value !== undefined && value !== false) made.setAttribute(key, value === true ? '' : value);
  }
  made.append(...children.flat().filter((child) => child !== undefined && child !== null && child !== false && child !== ''));
  return made;
}

/** Text in which `this` is code. */
const prose = (text = '') => text.split('`').map((part, index) => (index % 2 ? el('code', {}, part) : part));
const methodMark = (method) => el(`span.method.${method}`, {}, method);
const find = (reference) => reference.slice(2).split('/').reduce((place, name) => place?.[name.replaceAll('~1', '/').replaceAll('~0', '~')], contract);
const followed = (value) => (value?.$ref ? { ...find(value.$ref), named: value.$ref.split('/').pop() } : value);

/** A schema without its references; what says "this or null" is told as such, parts of a whole are joined. */
function plain(schema) {
  let found = followed(schema) ?? {};
  if (found !== schema && found.$ref) found = plain(found);
  const choices = found.anyOf ?? found.oneOf;
  if (choices) {
    const others = choices.filter((one) => one.type !== 'null');
    if (others.length === 1) return { ...plain(others[0]), ...(found.description && { description: found.description }), nullable: others.length < choices.length };
    if (others.every((one) => 'const' in one || one.enum)) {
      const values = others.flatMap((one) => (one.enum ?? [one.const]).map((value) => [value, one.description]));
      return { ...found, enum: values.map(([value]) => value), meanings: values.some(([, text]) => text) && values, type: 'string', anyOf: undefined, oneOf: undefined };
    }
    return { ...found, choices: others, nullable: others.length < choices.length };
  }
  if (found.allOf) {
    return found.allOf.map(plain).reduce((whole, part) => ({ ...whole, ...part, properties: { ...whole.properties, ...part.properties }, required: [...(whole.required ?? []), ...(part.required ?? [])] }), { ...found, allOf: undefined });
  }
  if (Array.isArray(found.type)) {
    const types = found.type.filter((type) => type !== 'null');
    return { ...found, type: types.join(' or '), nullable: types.length < found.type.length };
  }
  return found;
}

function typeOf(schema) {
  const { type, format, items, choices, additionalProperties, nullable, named } = schema;
  let text = choices ? 'one of several' : (type ?? (schema.properties ? 'object' : 'enum' in schema || 'const' in schema ? 'value' : 'anything'));
  if (type === 'array') text = `list of ${typeOf(plain(items))}`;
  else if (type === 'object' && additionalProperties && !schema.properties) text = 'object of any names';
  else if (named && type === 'object') text = `object ${named}`;
  if (format) text += ` (${format})`;
  return text + (nullable ? ' or null' : '');
}

const LIMITS = { minLength: 'at least %s long', maxLength: 'at most %s long', minimum: 'from %s', maximum: 'to %s', minItems: 'at least %s entries', maxItems: 'at most %s entries', pattern: 'matches %s', default: 'default %s' };
const limitsOf = (schema) =>
  Object.entries(LIMITS).filter(([name]) => schema[name] !== undefined && schema[name] !== null)
    .map(([name, words]) => words.replace('%s', () => (typeof schema[name] === 'string' ? schema[name] : JSON.stringify(schema[name])))).join(', ');

/** What there is to unfold in a schema, behind arrays. */
function inside(schema) {
  if (schema.type === 'array') return inside(plain(schema.items));
  if (schema.properties || schema.choices) return schema;
  if (schema.additionalProperties && typeof schema.additionalProperties === 'object') return { properties: { '(any name)': schema.additionalProperties } };
}

function fieldsOf(schema) {
  if (schema.choices) return schema.choices.map((one, index) => [el('p.quiet', {}, index ? 'or' : 'Either'), describe(plain(one))]).flat();
  const { properties, required = [] } = schema;
  return el('ul.fields', {}, Object.entries(properties).map(([name, value]) => field(name, plain(value), required.includes(name))));
}

function field(name, schema, needed, text = schema.description) {
  const { meanings, enum: values = 'const' in schema ? [schema.const] : undefined } = schema.type === 'array' ? plain(schema.items) : schema;
  const below = inside(schema);
  const limits = limitsOf(schema);
  return el('li', {},
    el('div.line', {}, el('code.name', {}, name), el('span.type', {}, typeOf(schema)), needed && el('span.needed', {}, 'required')),
    text && el('p', {}, prose(text)),
    limits && el('p.quiet', {}, limits),
    values && !meanings && el('p.values.quiet', {}, 'One of ', values.map((value) => el('code', {}, String(value)))),
    meanings && unfold(`${meanings.length} values`, () => el('ul.meanings', {}, meanings.map(([value, meaning]) => el('li', {}, el('code', {}, value), ' ', prose(meaning))))),
    below && unfold('Fields', () => fieldsOf(below), name === 'data'));
}

/** Written only when it is opened: a schema may lead back to itself. */
function unfold(title, write, open) {
  const fill = () => { if (made.open && made.children.length === 1) made.append(...[write()].flat()); };
  const made = el('details', { open, ontoggle: fill }, el('summary', {}, title));
  fill();
  return made;
}

function describe(schema) {
  const below = inside(schema);
  return [schema.type === 'array' && el('p.type', {}, typeOf(schema)), below ? fieldsOf(below) : el('ul.fields', {}, field('value', schema, true))].flat().filter(Boolean);
}

function sample(title, text) {
  const copy = el('button', { type: 'button', 'aria-label': `Copy: ${title}`, onclick: async () => {
    await navigator.clipboard.writeText(text).then(() => { copy.textContent = 'Copied'; }, () => getSelection().selectAllChildren(copy.nextElementSibling));
    setTimeout(() => { copy.textContent = 'Copy'; }, 2000);
  } }, 'Copy');
  return el('div.sample', {}, el('h3', {}, title), copy, el('pre', { tabindex: 0, 'aria-label': title }, text));
}

const json = (value) => JSON.stringify(value, null, 2);
const bodyOf = (operation) => operation.requestBody?.content?.['application/json'];
const parametersOf = (operation) => (operation.parameters ?? []).map(followed);
const takes = (operation, name) => parametersOf(operation).some((parameter) => parameter.name === name);

function curl({ method, path, operation }) {
  const lines = [`curl${method === 'get' ? '' : ` -X ${method.toUpperCase()}`} '${location.origin}${path}'`];
  if (!operation.security || operation.security.length) lines.push('-H "Authorization: Bearer $API_KEY"');
  if (takes(operation, 'Idempotency-Key')) lines.push('-H "Idempotency-Key: $(uuidgen)"');
  const body = bodyOf(operation);
  if (body) lines.push("-H 'Content-Type: application/json'", `-d '${json(body.example ?? {}).replaceAll("'", "'\\''")}'`);
  return lines.join(' \\\n  ');
}

function typescript({ method, path, operation }) {
  // Objects as one writes them: no quotes about plain names, and simple ones for texts.
  const written = (value) => json(value).replace(/^(\s*)"([A-Za-z_]\w*)":/gm, '$1$2:').replace(/(: |^\s*)"((?:[^"\\'])*)"/gm, "$1'$2'");
  const given = [];
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
  if (names.length) given.push(`params: { path: { ${names.join(', ')} } }`);
  const body = bodyOf(operation);
  if (body) given.push(`body: ${written(body.example ?? {})}`);
  const rest = given.length ? `, { ${given.join(', ')} }` : '';
  if (takes(operation, 'cursor')) return `for await (const item of api.each('${path}'${rest})) {\n  console.log(item);\n}`;
  const { 200: ok, 201: made, 202: begun } = operation.responses;
  return `${ok?.content || made || begun ? 'const { data } = ' : ''}await api.${method}('${path}'${rest});`;
}

/** The codes that a failure's description names, each with when it comes. */
function codesOf(response) {
  const codes = plain(plain(Object.values(response.content ?? {})[0]?.schema).properties?.error)?.properties?.code?.enum ?? [];
  return codes.map((code) => [code, response.description.split('`' + code + '`: ')[1]?.split(/; `|\.$/)[0] ?? response.description.split(' Codes: ')[0]]);
}

const link = ({ id }) => `#${id}`;
const permissionOf = (operation) => {
  if (operation.security?.length === 0) return ['Open to all: no key, no session.'];
  return operation['x-permission'] ? ['Needs the permission ', el('code', {}, operation['x-permission']), '.'] : ['For whoever is signed in.'];
};

function showOperation(entry) {
  const { method, path, operation, index } = entry;
  const parameters = parametersOf(operation);
  const responses = Object.entries(operation.responses).map(([status, response]) => [status, followed(response)]);
  const body = bodyOf(operation);
  const failures = responses.filter(([status]) => status >= '400').flatMap(([status, response]) => codesOf(response).map(([code, when]) => [status, code, when]));
  const text = (operation.description ?? '').replace(/\s*Needs `[\w:.]+`\.$/, '');
  const neighbour = (other, words) => (other ? el('a', { href: link(other) }, words(other.operation.summary)) : el('span'));
  return [
    el('p.group', {}, operation.tags?.[0] ?? ''),
    el('h1', { tabindex: -1 }, operation.summary),
    el('div.where', {}, methodMark(method), el('span.path', {}, path)),
    el('p.facts', {}, text && [...prose(text), ' '], permissionOf(operation)),
    parameters.length > 0 && [
      el('h2', {}, 'Parameters'),
      el('ul.fields', {}, parameters.map((parameter) => {
        const schema = plain(parameter.schema);
        const row = field(parameter.name, schema, parameter.required, parameter.description ?? schema.description);
        row.firstChild.append(el('span.quiet', {}, `in the ${parameter.in}`));
        return row;
      })),
    ],
    body && [el('h2', {}, 'Body'), describe(plain(body.schema)), body.example !== undefined && sample('Example', json(body.example))],
    el('h2', {}, 'Samples'), sample('curl', curl(entry)), sample('TypeScript', typescript(entry)),
    el('h2', {}, 'Answers'),
    el('div.answers', {}, responses.filter(([status]) => status < '400').map(([status, response]) => {
      const [kind, content] = Object.entries(response.content ?? {})[0] ?? [];
      return [el('h3', {}, `${status} `, el('span.quiet', {}, response.description, content ? '' : ' No body.', kind && kind !== 'application/json' ? ` ${kind}` : '')),
        kind === 'application/json' && describe(plain(content.schema))].flat();
    }).flat()),
    failures.length > 0 && [
      el('h2', {}, 'Errors'),
      el('table.errors', {},
        el('thead', {}, el('tr', {}, ['Status', 'Code', 'When'].map((name) => el('th', { scope: 'col' }, name)))),
        el('tbody', {}, failures.map(([status, code, when]) => el('tr', {}, el('td', {}, status), el('td', {}, el('code', {}, code)), el('td', {}, prose(when)))))),
    ],
    el('div.turn', {}, neighbour(operations[index - 1], (name) => `← ${name}`), neighbour(operations[index + 1], (name) => `${name} →`)),
  ];
}

function showContents() {
  const { title, description } = contract.info;
  return [
    el('h1', { tabindex: -1 }, title),
    el('p', {}, prose(description)),
    el('h2', {}, 'What all operations have in common'),
    el('p', {}, 'Send ', el('code', {}, 'Authorization: Bearer <key>'), ', or sign in and let the browser send its session. Bodies and answers are JSON: ', el('code', {}, '{ "data": … }'), ', with ', el('code', {}, 'meta.pagination'), ' on lists, or ', el('code', {}, '{ "error": { "code", "message", "details" } }'), '. Put an ', el('code', {}, 'Idempotency-Key'), ' on a POST, and sending it again does nothing twice.'),
    sample('TypeScript', `import { createApi } from './client.ts';\n\nconst api = createApi({ baseUrl: '${location.origin}', key });`),
    ...groups().map(([name, entries]) => [
      el('h2', {}, name),
      el('table.listed', {}, el('tbody', {}, entries.map((entry) => el('tr', {}, el('td', {}, el('a', { href: link(entry) }, entry.operation.summary)), el('td', {}, methodMark(entry.method), el('span.path', {}, entry.path)))))),
    ]),
  ];
}

const groups = () => Object.entries(Object.groupBy(operations, ({ operation }) => operation.tags?.[0] ?? 'Other'));

function show(isFirst) {
  const id = decodeURIComponent(location.hash.slice(1));
  if (id === 'content') return;
  const entry = operations.find((one) => one.id === id);
  byId('content').replaceChildren(...(entry ? showOperation(entry) : showContents()).flat(9).filter(Boolean));
  document.title = entry ? `${entry.operation.summary} · API reference` : 'API reference';
  for (const one of document.querySelectorAll('nav [aria-current]')) one.removeAttribute('aria-current');
  const current = entry && document.querySelector(`nav a[href="#${CSS.escape(id)}"]`);
  current?.setAttribute('aria-current', 'page');
  current?.scrollIntoView({ block: 'nearest' });
  openMenu(false);
  scrollTo(0, 0);
  // Who navigates by ear is told where they are now.
  if (!isFirst) document.querySelector('h1').focus({ preventScroll: true });
}

function openMenu(open) {
  document.body.classList.toggle('open', open);
  byId('menu').setAttribute('aria-expanded', open);
}

function filter() {
  const words = byId('filter').value.toLowerCase().split(/\s+/).filter(Boolean);
  let found = 0;
  for (const group of byId('groups').children) {
    for (const item of group.querySelectorAll('li')) {
      item.hidden = !words.every((word) => item.dataset.text.includes(word));
      if (!item.hidden) found += 1;
    }
    group.hidden = !group.querySelector('li:not([hidden])');
  }
  byId('found').textContent = words.length ? `${found} of ${operations.length} operations` : '';
}

/** From the filter down into the list and back, with the arrows; a stroke opens the filter from anywhere. */
function keys(event) {
  const box = byId('filter');
  const isTyping = /^(INPUT|TEXTAREA)$/.test(event.target.tagName);
  if (event.key === '/' && !isTyping && !event.ctrlKey && !event.metaKey) {
    openMenu(getComputedStyle(byId('menu')).display !== 'none');
    box.focus();
    box.select();
  } else if (event.key === 'Escape') {
    if (box.value && event.target === box) { box.value = ''; filter(); } else openMenu(false);
    return;
  } else if (/^Arrow(Up|Down)$/.test(event.key) && event.target.closest('nav')) {
    const stops = [box, ...document.querySelectorAll('#groups li:not([hidden]) a')];
    stops[stops.indexOf(event.target) + (event.key === 'ArrowDown' ? 1 : -1)]?.focus();
  } else if (event.key === 'Enter' && event.target === box) {
    document.querySelector('#groups li:not([hidden]) a')?.click();
  } else return;
  event.preventDefault();
}

async function start() {
  const response = await fetch('/api/v1/openapi.json');
  if (!response.ok) throw new Error(`it answered ${response.status}`);
  contract = await response.json();
  operations = Object.entries(contract.paths).flatMap(([path, item]) => METHODS.filter((method) => item[method]).map((method) => ({ path, method, operation: item[method], id: item[method].operationId })));
  const order = (contract.tags ?? []).map(({ name }) => name);
  operations.sort((one, other) => order.indexOf(one.operation.tags?.[0]) - order.indexOf(other.operation.tags?.[0]));
  operations.forEach((entry, index) => { entry.index = index; });
  byId('groups').append(...groups().map(([name, entries]) => el('section', {}, el('h2', {}, name), el('ul', {}, entries.map((entry) => {
    const { summary } = entry.operation;
    return el('li', { 'data-text': `${name} ${summary} ${entry.method} ${entry.path} ${entry.id}`.toLowerCase() }, el('a', { href: link(entry) }, methodMark(entry.method), el('span', {}, summary)));
  })))));
  byId('filter').addEventListener('input', filter);
  byId('menu').addEventListener('click', () => openMenu(byId('menu').getAttribute('aria-expanded') !== 'true'));
  addEventListener('keydown', keys);
  addEventListener('hashchange', () => show());
  show(true);
}

start().catch((error) => { byId('loading').textContent = `The contract cannot be read: ${error.message}`; });
