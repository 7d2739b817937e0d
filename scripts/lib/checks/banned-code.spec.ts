import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { bannedCode } from './banned-code.ts';
import { routesWithoutPermission } from './route-permissions.ts';
import { stringKeysOfDetectors } from './string-keys.ts';

const folder = mkdtempSync(join(tmpdir(), 'wirecase-banned-'));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function plant(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

describe('banned code is found', () => {
  it.each([
    ['apps/web/src/a.ts', 'element.innerHTML = host;'],
    ['apps/web/src/a.html', '<p [innerHTML]="host"></p>'],
    ['apps/web/src/a.ts', 'sanitizer.bypassSecurityTrustHtml(x)'],
    ['apps/web/src/a.ts', 'document.write(x)'],
    ['libs/query/src/a.ts', 'return eval(text);'],
    ['libs/query/src/a.ts', 'return new Function(text);'],
    ['apps/worker/src/a.ts', "import { execSync, spawn } from 'node:child_process';"],
    ['capture-rotator/src/a.ts', 'spawn(tool, args, { shell: true })'],
    ['scripts/a.mjs', "import { exec } from 'child_process';"],
  ])('in %s: %s', (path, code) => {
    plant(path, `const before = 1;\n${code}\n`);
    expect(bannedCode(folder)).toEqual([expect.stringMatching(new RegExp(`^${path}:2: `))]);
  });

  it('and what only looks like it passes', () => {
    plant('libs/query/src/a.ts', "redis.eval(script); pattern.exec(text); import { execFile } from 'node:child_process';");
    expect(bannedCode(folder)).toEqual([]);
  });
});

describe('a route without permission is found', () => {
  it('when a method has a route and no permission', () => {
    plant(
      'apps/api/src/a.controller.ts',
      "class A {\n  @Get('x')\n  @HttpCode(200)\n  read() {}\n\n  @Permit('read:flows')\n  @Post()\n  write() {}\n}",
    );
    expect(routesWithoutPermission(folder)).toEqual(["apps/api/src/a.controller.ts: @Get('x')"]);
  });
});

describe('a string key in the way of packets is found', () => {
  it.each([
    'this.pairs.get(`${source} ${destination}`);',
    "this.pairs.set(source + ' ' + destination, pair);",
    'const pairKey = `${source} ${destination}`;',
    'this.hosts.has(address.join());',
    'this.hosts.add(formatIp(address));',
    'this.ports.delete(port.toString());',
    'private readonly hosts = new Map<string, Host>();',
  ])('%s', (code) => {
    plant('libs/detect/src/a/detector.ts', 'class A {\n  attempted(flow) {}\n}\n');
    plant('libs/detect/src/a/state.ts', `const before = 1;\n${code}\n`);
    expect(stringKeysOfDetectors(folder)).toEqual([`libs/detect/src/a/state.ts:2: ${code}`]);
  });

  it('and text for people passes, and keys of detectors that hear of records only', () => {
    plant('libs/detect/src/a/detector.ts', 'class A {\n  packet(packet) {}\n}\nnames.push(`${host}`);\nusers.add(login.user);');
    plant('libs/detect/src/b/detector.ts', 'class B {\n  record(type, row) {}\n}\nnames.get(`${client} ${domain}`);');
    expect(stringKeysOfDetectors(folder)).toEqual([]);
  });
});
