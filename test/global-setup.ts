// Before any test: the empty embedded database that all of them copy is made once, by one process.
import { rm } from 'node:fs/promises';
import { embeddedDataDir } from './storage/empty-database.js';

export async function setup(): Promise<void> {
  await rm(await embeddedDataDir(), { recursive: true, force: true });
}
