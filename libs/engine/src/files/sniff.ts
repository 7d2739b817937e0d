/**
 * The type of a file by its first bytes: fixed marks from the formats' specifications. Names are IANA's media types, and where it has none
 * those of Debian's shared-mime-info.
 */

interface Mark {
  type: string;
  at: number;
  /** Hexadecimal digits; `..` is any byte. */
  bytes: string;
}

const mark = (type: string, bytes: string, at = 0): Mark => ({ type, bytes, at });
const text = (value: string): string => Array.from(value, (character) => character.charCodeAt(0).toString(16).padStart(2, '0')).join('');

/** In order: the more special before what contains it. */
const marks: readonly Mark[] = [
  mark('application/x-elf', '7f454c46'),
  mark('application/x-mach-binary', 'cffaedfe'),
  mark('application/x-mach-binary', 'cefaedfe'),
  mark('application/x-mach-binary', 'feedface'),
  mark('application/x-mach-binary', 'feedfacf'),
  mark('application/vnd.android.dex', '6465780a3033..00'),
  mark('application/wasm', '0061736d01000000'),
  mark('application/pdf', text('%PDF-')),
  mark('application/postscript', text('%!PS')),
  mark('application/rtf', text('{\\rtf')),
  mark('application/x-ole-storage', 'd0cf11e0a1b11ae1'),
  mark('application/gzip', '1f8b08'),
  mark('application/x-bzip2', '425a68..314159265359'),
  mark('application/x-xz', 'fd377a585a00'),
  mark('application/zstd', '28b52ffd'),
  mark('application/x-lz4', '04224d18'),
  mark('application/vnd.rar', '526172211a07'),
  mark('application/x-7z-compressed', '377abcaf271c'),
  mark('application/vnd.ms-cab-compressed', '4d53434600000000'),
  mark('application/x-tar', '7573746172', 257),
  mark('application/vnd.debian.binary-package', text('!<arch>\ndebian')),
  mark('application/x-archive', text('!<arch>\n')),
  mark('application/x-rpm', 'edabeedb'),
  mark('application/x-ms-shortcut', '4c0000000114020000000000c000000000000046'),
  mark('application/vnd.ms-htmlhelp', '49545346'),
  mark('application/x-sqlite3', text('SQLite format 3\0')),
  mark('application/vnd.tcpdump.pcap', 'd4c3b2a1'),
  mark('application/vnd.tcpdump.pcap', 'a1b2c3d4'),
  mark('application/x-pcapng', '0a0d0d0a........1a2b3c4d'),
  mark('application/x-pcapng', '0a0d0d0a........4d3c2b1a'),
  mark('application/pgp-encrypted', text('-----BEGIN PGP MESSAGE')),
  mark('application/x-pem-file', text('-----BEGIN ')),
  mark('application/x-java-keystore', 'feedfeed'),
  mark('image/png', '89504e470d0a1a0a'),
  mark('image/jpeg', 'ffd8ff'),
  mark('image/gif', text('GIF87a')),
  mark('image/gif', text('GIF89a')),
  mark('image/webp', '52494646........57454250'),
  mark('audio/vnd.wave', '52494646........57415645'),
  mark('video/x-msvideo', '52494646........41564920'),
  mark('image/tiff', '49492a00'),
  mark('image/tiff', '4d4d002a'),
  mark('image/vnd.microsoft.icon', '00000100..00....00'),
  mark('image/heic', '6674797068656963', 4),
  mark('image/avif', '6674797061766966', 4),
  mark('video/quicktime', '6674797071742020', 4),
  mark('video/mp4', '66747970', 4),
  mark('video/webm', '1a45dfa3'),
  mark('application/ogg', '4f676753'),
  mark('audio/flac', '664c6143'),
  mark('audio/mpeg', '494433'),
  mark('video/x-flv', '464c5601'),
  mark('application/x-shockwave-flash', text('FWS')),
  mark('application/x-shockwave-flash', text('CWS')),
  mark('font/woff2', '774f4632'),
  mark('font/woff', '774f4646'),
  mark('font/otf', '4f54544f'),
  mark('font/ttf', '0001000000..'),
];

const compiled = marks.map(({ type, at, bytes }) => ({
  type,
  at,
  values: Array.from(bytes.match(/../g)!, (pair) => (pair === '..' ? -1 : parseInt(pair, 16))),
}));
const PE_POINTER = 0x3c;
const latin1 = new TextDecoder('latin1');
/** White space and byte order marks before text that is a language of its own. */
const leading = /^(?:\xef\xbb\xbf)?[\t\n\f\r ]*/;
const languages: readonly (readonly [type: string, begin: RegExp])[] = [
  ['text/html', /^<(?:!doctype html|html|head|body|script|title|iframe|meta|!--.{0,256}?--\s*<(?:!doctype html|html|head))[\s>]/is],
  ['image/svg+xml', /^(?:<\?xml[^>]{0,256}>\s*)?(?:<!--.{0,256}?-->\s*)?<svg[\s>]/is],
  ['application/xml', /^<\?xml\s/i],
  ['text/x-php', /^<\?php\s/i],
  ['application/x-executable-script', /^#![ \t]{0,8}\/\S/],
  ['application/x-powershell', /^(?:<#|function\s+[\w-]+\s*\{|param\s*\(|\$[A-Za-z_]\w*\s*=\s*(?:New-Object|\[))/i],
  ['application/x-bat', /^@echo\s+o(?:ff|n)\b/i],
  ['text/vbscript', /^(?:Option Explicit|On Error Resume Next|Dim\s+\w+\s*(?:[,\r\n:]))/i],
  ['application/hta', /^<hta:application/i],
  // RFC 5322 3.6, mbox too: fields of a mail's header that nothing else begins with, and another field or the end behind the line.
  [
    'message/rfc822',
    /^(?:From \S{1,128} [^\r\n]{1,64}\r?\n)?(?:Received|Return-Path|Delivered-To|Message-ID|From|To|Date|Subject|MIME-Version):[ \t][^\r\n]{0,400}\r?\n(?:[ \t][^\r\n]{0,400}\r?\n){0,8}(?:[A-Za-z][\w-]{0,40}:[ \t]|\r?\n)/,
  ],
  // RFC 8259 2: an object with a first name, or an array of what may stand in one.
  [
    'application/json',
    /^(?:\{[ \t\r\n]{0,64}(?:"(?:[^"\\]|\\.){0,200}"[ \t\r\n]{0,64}:|\}$)|\[[ \t\r\n]{0,64}(?:\{[ \t\r\n]{0,64}"|"(?:[^"\\]|\\.){0,200}"[ \t\r\n]{0,64}[,\]]))/,
  ],
];

/** The type of what begins with `head` (a kilobyte is enough), or `null`. */
export function sniff(head: Uint8Array): string | null {
  if (head.length < 2) return null;
  if (head[0] === 0x4d && head[1] === 0x5a)
    return isPortableExecutable(head) ? 'application/vnd.microsoft.portable-executable' : 'application/x-dosexec';
  if (head[0] === 0x50 && head[1] === 0x4b) return zipType(head);
  // Java's classes and Mach-O of several machines have the same mark; classes have a version of 45 and more where the others count machines.
  if (matches(head, 0, [0xca, 0xfe, 0xba, 0xbe]) && head.length >= 8)
    return head[7]! >= 45 ? 'application/java-vm' : 'application/x-mach-binary';
  for (const { type, at, values } of compiled) if (matches(head, at, values)) return type;
  const begin = latin1.decode(head.subarray(0, 512)).replace(leading, '');
  for (const [type, pattern] of languages) if (pattern.test(begin)) return type;
  return isText(head) ? 'text/plain' : null;
}

function matches(head: Uint8Array, at: number, values: readonly number[]): boolean {
  if (head.length < at + values.length) return false;
  for (let i = 0; i < values.length; i++) if (values[i]! >= 0 && head[at + i] !== values[i]) return false;
  return true;
}

/** The header of DOS points to the one of PE; a pointer beyond what is here is believed. */
function isPortableExecutable(head: Uint8Array): boolean {
  if (head.length < PE_POINTER + 4) return false;
  const at = head[PE_POINTER]! | (head[PE_POINTER + 1]! << 8);
  return at + 4 > head.length || matches(head, at, [0x50, 0x45, 0, 0]);
}

/** APPNOTE 4.3.7: a local header names the first entry, which tells documents, programs of Java and of Android apart. */
function zipType(head: Uint8Array): string | null {
  if (matches(head, 2, [5, 6])) return 'application/zip';
  if (!matches(head, 2, [3, 4]) || head.length < 31) return null;
  const names = latin1.decode(head.subarray(30));
  if (names.startsWith('mimetypeapplication/')) return /^mimetype([a-z0-9./+-]{1,80}?)PK/.exec(names)?.[1] ?? 'application/zip';
  if (names.startsWith('META-INF/')) return 'application/java-archive';
  if (names.startsWith('AndroidManifest.xml') || names.startsWith('classes.dex')) return 'application/vnd.android.package-archive';
  if (!names.startsWith('[Content_Types].xml') && !names.startsWith('_rels/')) return 'application/zip';
  if (names.includes('word/')) return 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';
  if (names.includes('xl/')) return 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
  if (names.includes('ppt/')) return 'application/vnd.openxmlformats-officedocument.presentationml.presentation';
  return 'application/vnd.openxmlformats-officedocument';
}

/** Whether there are no control characters but those of text, and it is UTF-8 as far as it goes, or UTF-16 with its mark. */
function isText(head: Uint8Array): boolean {
  if (matches(head, 0, [0xff, 0xfe]) || matches(head, 0, [0xfe, 0xff])) return head.length % 2 === 0;
  for (let i = 0; i < head.length; i++) {
    const byte = head[i]!;
    if (byte < 32 && byte !== 9 && byte !== 10 && byte !== 12 && byte !== 13 && byte !== 27) return false;
    if (byte === 127) return false;
    if (byte < 128) continue;
    const more = byte >= 0xf0 && byte < 0xf5 ? 3 : byte >= 0xe0 ? 2 : byte >= 0xc2 ? 1 : 0;
    if (more === 0 || byte >= 0xf5) return false;
    for (let j = 0; j < more && i + 1 < head.length; j++) if ((head[++i]! & 0xc0) !== 0x80) return false;
  }
  return true;
}
