import * as module from 'xz-decompress';
import { type Unpack, UnpackError } from './unpack.ts';

// A CommonJS module whose names Node does not find; a bundler does.
const { XzReadableStream } = (module as unknown as { default?: typeof module }).default ?? module;

/** XZ Embedded's `enum xz_ret`, as far as a file can cause it. */
const reasons: Readonly<Record<string, string>> = {
  3: 'it needs more memory than is given',
  4: 'it needs more memory than is given',
  5: 'what follows is not part of it',
  6: 'it is packed in a way that is not read (a filter, or a check other than CRC)',
  7: 'its data are damaged',
  8: 'unexpected end of file',
};

/** An xz file, all its streams and blocks. The decoder (XZ Embedded) runs in WebAssembly and sees nothing but these bytes. */
export const unpackXz: Unpack = async function* (packed) {
  const pieces = packed[Symbol.asyncIterator]();
  let sourceError: unknown = null;
  const source = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await pieces.next();
          if (done) controller.close();
          else controller.enqueue(value.slice());
        } catch (error) {
          sourceError = error;
          throw error;
        }
      },
    },
    { highWaterMark: 0 },
  );
  try {
    for await (const chunk of new XzReadableStream(source)) if (chunk.length > 0) yield chunk;
  } catch (error) {
    if (sourceError !== null) throw sourceError;
    throw unpackError(error);
  }
};

/** Its errors have a code of XZ Embedded in their text; a file without a whole header ends in a TypeError or a trap of the sandbox. */
function unpackError(error: unknown): unknown {
  const code = error instanceof Error ? /error code (\d+)/.exec(error.message)?.[1] : undefined;
  if (code !== undefined) return new UnpackError(reasons[code] ?? `error ${code} of the xz decoder`, { cause: error });
  if (error instanceof TypeError || error instanceof WebAssembly.RuntimeError)
    return new UnpackError('unexpected end of file', { cause: error });
  return error;
}
