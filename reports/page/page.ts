/** The shell of every page: what a browser is told before the first word, above all that it may fetch nothing and run nothing but our own script. */
import { type Html, html, trusted } from './markup.ts';
import { paletteStyle } from './palette.ts';
import type { PageScript } from './script.ts';
import { STYLE } from './style.ts';

/** No request, and no script whose hash is not named: a name that slipped through as markup would still be inert. */
function contentSecurityPolicy(script: PageScript | null): string {
  const scripts = script === null ? '' : `script-src ${script.source}; `;
  return `default-src 'none'; ${scripts}style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'`;
}

/** A whole page as text. `style` comes after the common style sheet; it is this room's own, never a scenario's. */
export function pageText(title: string, style: string, body: Html, script: PageScript | null = null): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${contentSecurityPolicy(script)}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="referrer" content="no-referrer" />
        <meta name="color-scheme" content="light dark" />
        <title>${title}</title>
        <link rel="icon" href="data:," />
        <style>
          ${trusted(paletteStyle() + STYLE + style)}
        </style>
      </head>
      <body>
        ${body}${script?.element}
      </body>
    </html> `.text;
}
