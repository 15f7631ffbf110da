/** The shell of every page: what a browser is told before the first word, above all that it may fetch and run nothing. */
import { type Html, html, trusted } from './markup.ts';
import { paletteStyle } from './palette.ts';
import { STYLE } from './style.ts';

/** No script, no request: a name that slipped through as markup would still be inert. */
const CONTENT_SECURITY_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/** A whole page as text. `style` comes after the common style sheet; it is this room's own, never a scenario's. */
export function pageText(title: string, style: string, body: Html): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${CONTENT_SECURITY_POLICY}" />
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
        ${body}
      </body>
    </html> `.text;
}
