// The language of a message, counted by its small words; silent where the text is too short or too mixed to tell.

/** The commonest small words of each language, none of which is as common in another of these. */
const SMALL_WORDS: Record<string, string> = {
  en: `the and of to is are was were you your we our us they this that these with for from not have has had would could should
    what which when where how please thanks thank hello need want about there been will can it its but any do does`,
  de: `der die das und ist sind war waren sie ihr ihre ihren ihrem ihnen wir uns unser unsere unserem unseren mit für von nicht haben hat
    hatte würde würden möchte möchten könnten können wie wo wenn bitte danke hallo guten einen eine einem ein auf zu zur zum bei
    auch oder aber dass daß kein keine im ich es noch schon gerne gern brauchen benötigen grüße grüßen viele vielen`,
  fr: `le la les des et est sont était vous votre vos nous notre nos ils ce cette ces avec pour dans pas avons avez serait pourriez
    que quoi quand où comment bonjour merci une du au aux sur mais ou je il elle besoin voudrions souhaitons`,
  es: `el los las y es son era usted su sus nosotros nuestro nuestra ellos este esta estos con para por desde tenemos tiene podría
    qué cuál cuándo dónde cómo hola gracias una del al pero quiero queremos necesitamos muy está están favor`,
  it: `il lo gli e è sono era voi vostro vostra noi nostro nostra questo questa questi con per da non abbiamo avete sarebbe potreste
    che quale quando dove come buongiorno grazie una della dello degli nel alla ma vorremmo bisogno cordiali saluti`,
  nl: `de het en van is zijn was waren u uw wij onze ons zij dit deze met voor niet hebben heeft had zou zouden kunnen
    wat welke wanneer waar hoe alstublieft bedankt hallo een op te bij ook maar graag nodig geen naar er wordt`,
};

const WORDS = new Map<string, Set<string>>(
  Object.entries(SMALL_WORDS).map(([language, words]) => [language, new Set(words.split(/\s+/))]),
);

const TEXT_MAX = 8_192;
const WORDS_LEAST = 4;
/** How many times as many as of the second language. */
const LEAD = 2;

/**
 * The language among `languages` (`de`, `en`) in which a text is written; null when too few small words stand in it, or
 * another language of the table comes near: nobody is answered in a language that was guessed.
 */
export function detectLanguage(text: string, languages: readonly string[]): string | null {
  const words =
    text
      .slice(0, TEXT_MAX)
      .normalize('NFC')
      .toLowerCase()
      .match(/[\p{L}\p{M}]+/gu) ?? [];
  const counts = [...WORDS]
    .map(([language, known]) => ({ language, count: words.filter((word) => known.has(word)).length }))
    .sort((a, b) => b.count - a.count);
  const [best, next] = counts;
  if (!best || best.count < WORDS_LEAST || best.count < LEAD * (next?.count ?? 0)) return null;
  return languages.includes(best.language) ? best.language : null;
}

/** `de` of `de-AT` and `de_at`. */
export function languageOf(locale: string): string {
  return locale.split(/[-_]/)[0]!.toLowerCase();
}
