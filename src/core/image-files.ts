// Which attached files are images whose size in pixels can be measured.

export interface AttachedFile {
  name: string;
  type: string;
  bytes: number;
}

/** What is fetched of one image, at most. */
export const IMAGE_BYTES_MAX = 5_000_000;
/** How many images of one ticket are fetched, at most. */
export const IMAGES_MAX = 5;

/** By the type that the help desk tells, or by the name where it tells none. SVG is a program, not a picture: never measured. */
export function isMeasurable({ name, type }: Pick<AttachedFile, 'name' | 'type'>): boolean {
  if (/^image\/(?:png|jpe?g|gif|webp)\b/i.test(type)) return true;
  return !/^(?:image|text|video|audio)\//i.test(type) && /\.(?:png|jpe?g|gif|webp)$/i.test(name);
}
