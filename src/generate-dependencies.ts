// Writes the page of packages that Usher needs at run time, with their licences, from the lock file.
interface Locked {
  version?: string;
  license?: string;
  dev?: boolean;
}

/** What of package-lock.json (version 3) is read: place of each package -> what is locked there. */
export interface LockFile {
  packages: Record<string, Locked & { dependencies?: Record<string, string> }>;
}

export interface RuntimePackage {
  name: string;
  version: string;
  /** SPDX, as the package itself states it; null when it states none. */
  license: string | null;
  isDirect: boolean;
}

/** Every version of every package that is installed without the development ones, by name. */
export function runtimePackages({ packages }: LockFile): RuntimePackage[] {
  const direct = Object.keys(packages['']?.dependencies ?? {});
  const found = new Map<string, RuntimePackage>();
  for (const [place, { version = '', license = null, dev }] of Object.entries(packages)) {
    if (place === '' || dev) continue;
    const name = place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length);
    const isDirect = place === `node_modules/${name}` && direct.includes(name);
    const known = found.get(`${name} ${version}`);
    found.set(`${name} ${version}`, { name, version, license, isDirect: isDirect || (known?.isDirect ?? false) });
  }
  return [...found.values()].sort((a, b) => (`${a.name} ${a.version}` < `${b.name} ${b.version}` ? -1 : 1));
}

export function dependenciesMarkdown(lock: LockFile): string {
  const all = runtimePackages(lock);
  const direct = all.filter((p) => p.isDirect);
  const byLicense = new Map<string, string[]>();
  for (const { name, version, license } of all) {
    const key = license ?? 'none stated';
    byLicense.set(key, [...(byLicense.get(key) ?? []), `${name} ${version}`]);
  }
  const licenses = [...byLicense].sort((a, b) => b[1].length - a[1].length || (a[0] < b[0] ? -1 : 1));
  return `# Packages at run time

Generated from \`package-lock.json\` by \`npm run generate\`; a test keeps the two alike.

Usher names **${direct.length}** packages itself, and they bring **${all.length - direct.length}** more: ${all.length} versions in all, optional ones for other
systems among them. None of them needs its install script: \`npm ci --ignore-scripts\` is enough. \`npm run --silent sbom\` prints a software bill of materials
(CycloneDX, JSON) with the checksum of each.

## Named by Usher

| package | version | licence |
|---|---|---|
${direct.map((p) => `| ${p.name} | ${p.version} | ${p.license ?? 'none stated'} |`).join('\n')}

## All of them, by licence

As each package states it.

${licenses.map(([license, names]) => `**${license}** (${names.length}): ${names.join(', ')}`).join('\n\n')}
`;
}
