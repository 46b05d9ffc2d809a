// A message as it may be shown here. Mail clients run no scripts either; pictures of other hosts would tell them who looks.

export interface Harmless {
  html: string;
  /** Whether there are pictures that are not loaded. */
  hasRemotePictures: boolean;
}

/** A style sheet of another host, as of a font. */
const IMPORT = /@import\s+(?:url\([^)]*\)|"[^"]*"|'[^']*')[^;]*;?/gi;

/** What a style sheet asks of who reads. */
const SCHEME = /\(\s*prefers-color-scheme\s*:\s*(light|dark)\s*\)/gi;

/** As it is read in the light or in the dark, whichever the system of whoever looks is in. */
export function harmless(html: string, scheme: 'light' | 'dark' = 'light'): Harmless {
  const document = new DOMParser().parseFromString(html, 'text/html');
  for (const element of document.querySelectorAll('script, iframe, object, embed, link, base, meta[http-equiv]')) element.remove();
  // The page's policy would refuse them, and say so in the console.
  for (const style of document.querySelectorAll('style'))
    style.textContent = style.textContent
      .replaceAll(IMPORT, '')
      .replaceAll(SCHEME, (_, asked: string) => (asked.toLowerCase() === scheme ? '(min-width: 0)' : '(max-width: 0)'));
  let hasRemotePictures = false;
  for (const picture of document.querySelectorAll('img')) {
    const source = picture.getAttribute('src') ?? '';
    if (/^data:/i.test(source)) continue;
    if (/^(https?:)?\/\//i.test(source)) hasRemotePictures = true;
    picture.removeAttribute('src');
    picture.removeAttribute('srcset');
  }
  for (const element of document.querySelectorAll('*')) {
    for (const { name } of [...element.attributes]) if (name.toLowerCase().startsWith('on')) element.removeAttribute(name);
  }
  return { html: `<!doctype html>${document.documentElement.outerHTML}`, hasRemotePictures };
}
