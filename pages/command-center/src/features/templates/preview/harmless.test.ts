import { expect, it } from 'vitest';

import { harmless } from './harmless.ts';

it('shows a message without scripts, handlers and pictures of others', () => {
  const { html, hasRemotePictures } = harmless(
    '<p onclick="x()">Hi</p><script>x()</script><img src="https://a.example/x.png" alt="Logo"><img src="data:image/gif;base64,R0" alt="">',
  );
  expect(html).toContain('<p>Hi</p>');
  expect(html).not.toContain('script');
  expect(html).not.toContain('a.example');
  expect(html).toContain('alt="Logo"');
  expect(html).toContain('data:image/gif');
  expect(hasRemotePictures).toBe(true);
});

it('takes no notice of the pixel, which leads nowhere in a preview', () => {
  expect(harmless('<img src="" width="1">').hasRemotePictures).toBe(false);
});

it("loads no style sheet of others, and keeps the message's own", () => {
  const { html } = harmless('<style>@import url(https://a.example/css?w=400;700); p { color: red }</style><p>Hi</p>');
  expect(html).not.toContain('a.example');
  expect(html).toContain('p { color: red }');
});

it('asks for the light or the dark of whoever is chosen, and not of whoever looks', () => {
  const message = '<style>@media (prefers-color-scheme: dark) { p { color: white } }</style><p>Hi</p>';
  expect(harmless(message, 'dark').html).toContain('@media (min-width: 0)');
  expect(harmless(message, 'light').html).toContain('@media (max-width: 0)');
});
