// The style sheet and the icon as they are served, with addresses that change with their content.
import { createHash } from 'node:crypto';
import { baseStyle } from './style-base.js';
import { partsStyle } from './style-parts.js';

export const styleSheet = baseStyle + partsStyle;
export const stylePath = `/style.css?${createHash('sha256').update(styleSheet).digest('hex').slice(0, 8)}`;

/** A ticket with a tick: the guest is on the list. */
export const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><path fill="#7c1f3e" d="M4 6h24a2 2 0 0 1 2 2v5a3 3 0 0 0 0 6v5a2 2 0 0 1-2 2H4a2 2 0 0 1-2-2v-5a3 3 0 0 0 0-6V8a2 2 0 0 1 2-2z"/><path fill="none" stroke="#fff" stroke-width="3" stroke-linecap="round" stroke-linejoin="round" d="m10 16.5 4 4 8-9"/></svg>`;
