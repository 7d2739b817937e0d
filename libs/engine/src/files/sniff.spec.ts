import { hexBytes, textBytes } from '@wirecase/testkit';
import { describe, expect, it } from 'vitest';
import { isDisguised } from './disguise.ts';
import { baseName, extensionOf } from './name.ts';
import { sniff } from './sniff.ts';

const dosHeader = (pointer: number, behind: string) => {
  const bytes = new Uint8Array(256);
  bytes.set(textBytes('MZ'));
  bytes[0x3c] = pointer;
  bytes.set(textBytes(behind), pointer);
  return bytes;
};
const zip = (name: string, rest = '') => {
  const header = hexBytes('504b0304 1400 0000 0800 00000000 00000000 00000000 00000000 0000 0000');
  return new Uint8Array([...header, ...textBytes(name + rest)]);
};

describe('the type by content', () => {
  it.each<[string, Uint8Array, string | null]>([
    ['a program of Windows', dosHeader(0x80, 'PE\0\0'), 'application/vnd.microsoft.portable-executable'],
    ['a program of DOS', dosHeader(0x80, 'NE\0\0'), 'application/x-dosexec'],
    ['ELF', hexBytes('7f454c46 02010100'), 'application/x-elf'],
    ['Mach-O', hexBytes('cffaedfe 07000001'), 'application/x-mach-binary'],
    ['Mach-O of two machines', hexBytes('cafebabe 00000002'), 'application/x-mach-binary'],
    ["Java's class", hexBytes('cafebabe 00000034'), 'application/java-vm'],
    ['PDF', textBytes('%PDF-1.7\n'), 'application/pdf'],
    ['OLE', hexBytes('d0cf11e0a1b11ae1 0000'), 'application/x-ole-storage'],
    ['ZIP', zip('a.txt'), 'application/zip'],
    ['an empty ZIP', hexBytes('504b0506 0000'), 'application/zip'],
    [
      'a document of Word',
      zip('[Content_Types].xml', 'PK word/document.xml'),
      'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    ],
    ['a JAR', zip('META-INF/MANIFEST.MF'), 'application/java-archive'],
    ['an OpenDocument', zip('mimetypeapplication/vnd.oasis.opendocument.text', 'PK'), 'application/vnd.oasis.opendocument.text'],
    ['gzip', hexBytes('1f8b0800'), 'application/gzip'],
    ['RAR', hexBytes('526172211a070100'), 'application/vnd.rar'],
    ['7z', hexBytes('377abcaf271c0004'), 'application/x-7z-compressed'],
    ['PNG', hexBytes('89504e470d0a1a0a'), 'image/png'],
    ['JPEG', hexBytes('ffd8ffe0'), 'image/jpeg'],
    ['WebP', hexBytes('52494646 24000000 57454250'), 'image/webp'],
    ['a web page', textBytes('\n <!DOCTYPE html><p>'), 'text/html'],
    ['XML', textBytes('<?xml version="1.0"?><a/>'), 'application/xml'],
    ['a script', textBytes('#!/bin/sh\nid\n'), 'application/x-executable-script'],
    ['PHP', textBytes('<?php echo 1;'), 'text/x-php'],
    ['a batch', textBytes('@echo off\r\ndel x'), 'application/x-bat'],
    ['a link of Windows', hexBytes('4c000000 01140200 00000000 c0000000 00000046'), 'application/x-ms-shortcut'],
    ['a mail', textBytes('Received: from a.example.org\r\n\tby b.example.org\r\nFrom: ann@example.org\r\n\r\nhello'), 'message/rfc822'],
    ['a mail of one field', textBytes('Subject: hello\n\nhello'), 'message/rfc822'],
    ['what looks like a mail', textBytes('To: do something\nwith words behind it\n'), 'text/plain'],
    ['JSON', textBytes('\n{ "a b" : [1, 2]}'), 'application/json'],
    ['JSON of a list', textBytes('[{"a":1}]'), 'application/json'],
    ['what looks like JSON', textBytes('{name} said: hello'), 'text/plain'],
    ['text', textBytes('just some words\n'), 'text/plain'],
    ['text with umlauts', new TextEncoder().encode('schöne Grüße\n'), 'text/plain'],
    ['text of other characters', Uint8Array.of(0x67, 0x72, 0xfc, 0xdf, 0x65), null],
    ['nothing known', hexBytes('00010203 04050607'), null],
    ['nothing', new Uint8Array(0), null],
  ])('%s', (_, head, type) => expect(sniff(head)).toBe(type));

  it('is told of every cut head without reading beyond it', () => {
    for (const whole of [dosHeader(0xfc, 'PE\0\0'), zip('[Content_Types].xml', 'xl/')]) {
      for (let length = 0; length <= whole.length; length++) expect(() => sniff(whole.subarray(0, length))).not.toThrow();
    }
  });
});

describe('a disguise', () => {
  it.each<[string | null, string | null, string | null, boolean]>([
    ['application/vnd.microsoft.portable-executable', 'jpg', 'image/jpeg', true],
    ['application/vnd.microsoft.portable-executable', null, 'image/jpeg', true],
    ['application/vnd.microsoft.portable-executable', 'exe', 'application/octet-stream', false],
    ['application/vnd.microsoft.portable-executable', null, 'application/octet-stream', false],
    ['application/x-elf', 'pdf', null, true],
    ['image/png', 'txt', 'text/plain', true],
    ['application/zip', 'docx', null, false],
    ['application/zip', 'png', null, true],
    ['text/html', 'txt', null, false],
    ['text/plain', 'jpg', null, false],
    [null, 'exe', null, false],
  ])('%s called .%s, declared %s: %s', (sniffed, extension, declared, expected) =>
    expect(isDisguised(sniffed, extension, declared)).toBe(expected),
  );
});

it.each([
  ['a/b/c.tar.GZ', 'c.tar.GZ', 'gz'],
  ['\\\\server\\share\\x.exe', 'x.exe', 'exe'],
  ['plain', 'plain', null],
  ['folder/', null, null],
  ['.profile', '.profile', null],
])('the name of %s is %s', (path, name, extension) => {
  expect(baseName(path)).toBe(name);
  expect(name === null ? null : extensionOf(name)).toBe(extension);
});
