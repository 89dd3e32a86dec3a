// Tells mere thanks from a message that says something, by an exact phrase list in English and German.
import { foldWords, ownLines } from './text.js';

const THANKS = new Set(
  [
    'thanks',
    'thank you',
    'thx',
    'ty',
    'many thanks',
    'thanks a lot',
    'thanks so much',
    'thank you so much',
    'thank you very much',
    'thanks very much',
    'ok thanks',
    'okay thanks',
    'ok thank you',
    'okay thank you',
    'great thanks',
    'great thank you',
    'perfect thanks',
    'perfect thank you',
    'got it thanks',
    'got it thank you',
    'thanks for your help',
    'thank you for your help',
    'thanks for the quick reply',
    'thank you for the quick reply',
    'thanks for letting me know',
    'thank you for letting me know',
    'thanks for the update',
    'thank you for the update',
    'thanks for the info',
    'thank you for the information',
    'much appreciated',
    'danke',
    'danke schön',
    'dankeschön',
    'danke sehr',
    'vielen dank',
    'vielen lieben dank',
    'herzlichen dank',
    'besten dank',
    'ok danke',
    'okay danke',
    'super danke',
    'alles klar danke',
    'vielen dank für ihre hilfe',
    'vielen dank für die hilfe',
    'vielen dank für die schnelle antwort',
    'vielen dank für die information',
    'danke für die info',
    'danke für die rückmeldung',
    'vielen dank für die rückmeldung',
  ].map(foldWords),
);

const CLOSINGS = [
  'best regards',
  'kind regards',
  'regards',
  'best',
  'cheers',
  'mit freundlichen grüßen',
  'freundliche grüße',
  'viele grüße',
  'beste grüße',
  'liebe grüße',
  'vg',
  'lg',
  'mfg',
];

/** Whether the message says thanks and nothing else; the writer's name and a closing at the end do not count. */
export function isMereThanks(body: string, requesterName: string): boolean {
  const text = foldWords(ownLines(body).join('\n'));
  const name = foldWords(requesterName);
  const names = [name, name.split(' ')[0] ?? ''].filter((n) => n !== '');
  const unsigned = [text, ...names.map((n) => withoutEnd(text, n))];
  return unsigned.some((t) => THANKS.has(t) || CLOSINGS.some((closing) => THANKS.has(withoutEnd(t, closing))));
}

function withoutEnd(text: string, end: string): string {
  return text.endsWith(` ${end}`) ? text.slice(0, -end.length - 1) : text;
}
