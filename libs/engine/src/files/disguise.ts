/** Whether a file says that it is something else than it is: by name or declared type, against its content. */

type Family = 'program' | 'script' | 'archive' | 'document' | 'picture' | 'media' | 'text' | 'page';

const byType: readonly (readonly [Family, RegExp])[] = [
  [
    'program',
    /^application\/(?:vnd\.microsoft\.portable-executable|x-dosexec|x-elf|x-mach-binary|java-vm|vnd\.android\.dex|x-ms-shortcut|x-msdownload|x-msdos-program|x-executable|x-sharedlib)$/,
  ],
  [
    'script',
    /^(?:application\/(?:x-executable-script|x-powershell|x-bat|hta|x-sh|x-shellscript)|text\/(?:vbscript|x-php|x-python|x-shellscript|x-sh))$/,
  ],
  [
    'archive',
    /^application\/(?:zip|gzip|x-gzip|x-bzip2|x-xz|zstd|x-lz4|vnd\.rar|x-rar-compressed|x-7z-compressed|vnd\.ms-cab-compressed|x-tar|java-archive|vnd\.android\.package-archive|x-rpm|vnd\.debian\.binary-package|x-archive)$/,
  ],
  [
    'document',
    /^application\/(?:pdf|postscript|rtf|msword|x-ole-storage|vnd\.ms-(?:excel|powerpoint|office).*|vnd\.openxmlformats-officedocument.*|vnd\.oasis\.opendocument.*)$/,
  ],
  ['picture', /^image\/(?!svg)/],
  ['media', /^(?:audio|video)\//],
  ['page', /^(?:text\/html|application\/xhtml\+xml)$/],
];
const byExtension: Readonly<Record<string, Family>> = Object.fromEntries(
  (
    [
      ['program', 'exe dll sys scr com cpl ocx drv efi so elf dylib class lnk pif'],
      ['script', 'sh bash ps1 bat cmd vbs vbe js jse wsf hta py pl php'],
      ['archive', 'zip gz tgz bz2 xz zst rar 7z cab tar jar apk rpm deb'],
      ['document', 'pdf ps rtf doc docx xls xlsx ppt pptx odt ods odp msg'],
      ['picture', 'jpg jpeg png gif bmp webp ico tif tiff heic avif'],
      ['media', 'mp3 mp4 wav avi mov mkv webm flac ogg flv wmv'],
      ['text', 'txt csv log ini conf json md'],
      ['page', 'html htm'],
    ] as const
  ).flatMap(([family, list]) => list.split(' ').map((extension) => [extension, family])),
);

/** Content that harms when it is opened in good faith is compared with what the name, then the declared type, promises. */
export function isDisguised(sniffed: string | null, extension: string | null, declared: string | null): boolean {
  const is = sniffed === null ? null : familyOf(sniffed);
  if (is === null) return false;
  const named = extension === null ? undefined : byExtension[extension];
  // Office's old files and others are packed in one another's containers: a document is no archive in disguise.
  if (named !== undefined) return named !== is && !isContainer(named, is);
  const says = declared === null ? null : familyOf(declared);
  return (is === 'program' || is === 'script') && says !== null && says !== is && says !== 'archive';
}

function isContainer(named: Family, is: Family): boolean {
  return (
    (named === 'document' && is === 'archive') ||
    (named === 'script' && is === 'page') ||
    (named === 'page' && is === 'script') ||
    (named === 'text' && is === 'page')
  );
}

function familyOf(type: string): Family | null {
  return byType.find(([, pattern]) => pattern.test(type))?.[0] ?? null;
}
