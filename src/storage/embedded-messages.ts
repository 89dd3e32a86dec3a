// What the main thread and the engine's thread say to each other: one message a statement.

export type ToEngine =
  | { kind: 'batch'; connection: number; data: Uint8Array<ArrayBuffer> }
  | { kind: 'close'; connection: number }
  | { kind: 'stop' };

export type FromEngine =
  | { kind: 'ready' }
  | { kind: 'answer'; connection: number; data: Uint8Array<ArrayBuffer>; closed: boolean }
  | { kind: 'broken'; reason: string }
  | { kind: 'stopped' };
