// Which keys a zod shape allows at a path, for suggestions when a key is mistyped.
import type { z } from 'zod';
import type { ValuePath } from './yaml-file.js';

/** The shape's own words for the keys allowed at a path, through wrappers, lists, maps and unions. */
export function keysAt(shape: z.ZodType, path: ValuePath): string[] {
  let shapes: Def[] = unwrap(shape as unknown as Def);
  for (const step of path) shapes = shapes.flatMap((s) => children(s, step)).flatMap(unwrap);
  return [...new Set(shapes.flatMap((s) => (s._zod.def.type === 'object' ? Object.keys(s._zod.def.shape ?? {}) : [])))];
}

interface Def {
  _zod: {
    def: {
      type: string;
      shape?: Record<string, Def>;
      catchall?: Def;
      element?: Def;
      valueType?: Def;
      innerType?: Def;
      in?: Def;
      out?: Def;
      options?: Def[];
      getter?: () => Def;
    };
  };
}

function unwrap(shape: Def): Def[] {
  const { def } = shape._zod;
  if (def.type === 'lazy' && def.getter) return unwrap(def.getter());
  if (def.type === 'pipe' && def.in) return [...unwrap(def.in)];
  if (def.type === 'union' && def.options) return def.options.flatMap(unwrap);
  return def.innerType ? unwrap(def.innerType) : [shape];
}

function children(shape: Def, step: PropertyKey): Def[] {
  const { def } = shape._zod;
  if (def.type === 'object') {
    const own = def.shape?.[String(step)];
    return own ? [own] : def.catchall ? [def.catchall] : [];
  }
  if (def.type === 'array' && def.element) return [def.element];
  return def.type === 'record' && def.valueType ? [def.valueType] : [];
}
