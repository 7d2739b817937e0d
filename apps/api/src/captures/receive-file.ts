import busboy from 'busboy';
import { WirecaseError } from '@wirecase/contract';
import type { Request } from 'express';

/**
 * Hand the one file of a multipart request, field `file`, to `take` while it arrives. Memory stays constant: the request waits for the
 * disk. The file ends for `take` only when the form does, so that nothing is kept of a form that turns out wrong.
 * Throws `request.invalid` for any other form, and what `take` throws.
 */
export async function receiveFile<T>(request: Request, take: (file: AsyncIterable<Uint8Array>, name: string) => Promise<T>): Promise<T> {
  const form = openForm(request);
  let taken: Promise<T> | null = null;
  const whole = new Promise<void>((resolve, reject) => {
    form.on('file', (field, stream, { filename }) => {
      // A form that is given up breaks its file off, and an error that nobody hears ends the process; who reads it hears it all the same.
      stream.on('error', () => undefined);
      if (field !== 'file' || taken) {
        stream.resume();
        reject(new WirecaseError('request.invalid', 'Send exactly one file, in the form field named file.'));
        return;
      }
      taken = take(untilFormEnds(stream, whole), filename ?? '');
      // A refused file ends the request at once; the rest of it is not kept.
      taken.catch(reject);
    });
    form.on('field', (field) => reject(new WirecaseError('request.invalid', `The form field ${field.slice(0, 50)} is not known.`)));
    form.on('error', (error: Error) =>
      reject(new WirecaseError('request.invalid', `The form cannot be read: ${error.message}.`, { cause: error })),
    );
    form.on('close', resolve);
    request.on('aborted', () => reject(new WirecaseError('request.invalid', 'The upload was cut off.')));
  });
  request.pipe(form);
  try {
    await whole;
  } catch (error) {
    request.unpipe(form);
    form.destroy();
    // Whatever still arrives is thrown away, so that the client gets to read the answer.
    request.resume();
    await (taken as Promise<T> | null)?.catch(() => undefined); // the reason is `error` already
    throw error;
  }
  if (!taken) throw new WirecaseError('request.invalid', 'Send the file as a form with one file field: curl -F file=@FILE');
  return taken;
}

async function* untilFormEnds(file: AsyncIterable<Uint8Array>, whole: Promise<void>): AsyncGenerator<Uint8Array> {
  yield* file;
  await whole;
}

function openForm(request: Request) {
  // busboy takes urlencoded forms too, which is what curl sends for --data-binary: the capture would be the name of a field.
  const type = request.get('content-type') ?? 'no Content-Type';
  if (!type.toLowerCase().startsWith('multipart/form-data')) throw notAForm(type);
  try {
    // Names come in UTF-8; the limits keep a form from being anything but a file.
    return busboy({ headers: request.headers, defParamCharset: 'utf8', limits: { files: 2, fields: 1, fieldSize: 1024, parts: 3 } });
  } catch (error) {
    // busboy says what it misses in the headers.
    throw notAForm((error as Error).message, error);
  }
}

function notAForm(what: string, cause?: unknown): WirecaseError {
  return new WirecaseError('request.invalid', `Send the file as multipart/form-data: curl -F file=@FILE (here is ${what}).`, { cause });
}
