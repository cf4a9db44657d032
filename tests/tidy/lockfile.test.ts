import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

interface Locked {
  readonly version?: string;
  readonly resolved?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const read = (file: string) => JSON.parse(readFileSync(file, 'utf8'));
const packages: Readonly<Record<string, Locked>> = read('package-lock.json').packages;
const manifest: Locked = read('package.json');

test('the lockfile holds the optional packages of every platform', () => {
  const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter((name) => !packages[`${path}/node_modules/${name}`])
      .filter((name) => !packages[`node_modules/${name}`]),
  );
  expect(missing).toEqual([]);
});

test('the lockfile and package.json ask for the same packages, each in one exact version', () => {
  const { dependencies, devDependencies } = packages[''] ?? {};
  expect(dependencies).toEqual(manifest.dependencies);
  expect(devDependencies).toEqual(manifest.devDependencies);
  for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies })) {
    expect(version, name).toMatch(/^\d+\.\d+\.\d+$/);
    expect(packages[`node_modules/${name}`]?.version, name).toBe(version);
  }
});

test('the lockfile sends nobody anywhere but to the public registry', () => {
  const elsewhere = Object.values(packages)
    .map(({ resolved }) => resolved)
    .filter((address) => address && !address.startsWith('https://registry.npmjs.org/'));
  expect(elsewhere).toEqual([]);
});
