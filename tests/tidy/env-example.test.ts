import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { VARIABLES } from '../../src/environment.ts';

const lines = readFileSync('.env.example', 'utf8').split('\n');

test('.env.example names every variable once, with its meaning above it', () => {
  const told = lines.flatMap((line, at) => {
    const [, name] = /^([A-Z_]+)=/.exec(line) ?? [];
    return name ? [`${lines[at - 1]} ${name}`] : [];
  });
  const known = VARIABLES.map(
    ({ name, secret, meaning }) => `# ${secret ? '(secret) ' : ''}${meaning} ${name}`,
  );
  expect(told).toEqual(known);
});

test('.env.example as it is starts what nothing set starts', () => {
  const pairs = lines.filter((line) => /^[A-Z_]+=/.test(line)).map((line) => line.split('='));
  expect(readConfig(Object.fromEntries(pairs))).toEqual(readConfig({}));
});
