import { HttpClient, provideHttpClient, withInterceptors } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { firstValueFrom } from 'rxjs';
import { RequestContext, sessionInterceptor } from './http.ts';

describe('requests that find the session over', () => {
  let http: HttpClient;
  let server: HttpTestingController;
  let context: RequestContext;
  const over = { status: 401, statusText: 'Unauthorized' };
  const put = (path: string) => firstValueFrom(http.put(path, {})).catch((error: { status: number }) => error.status);

  beforeEach(() => {
    TestBed.configureTestingModule({ providers: [provideHttpClient(withInterceptors([sessionInterceptor])), provideHttpClientTesting()] });
    [http, server, context] = [TestBed.inject(HttpClient), TestBed.inject(HttpTestingController), TestBed.inject(RequestContext)];
    context.csrfToken = 'old';
  });

  it('ask once for another, and are sent again with its token', async () => {
    let asked = 0;
    context.ask = async () => {
      asked++;
      context.csrfToken = 'new';
      return true;
    };
    const answers = [put('/a'), put('/b')];
    for (const path of ['/a', '/b']) server.expectOne(path).flush(null, over);
    await Promise.resolve();
    await new Promise((resolve) => setTimeout(resolve));
    for (const path of ['/a', '/b']) {
      const again = server.expectOne(path);
      expect(again.request.headers.get('X-Wirecase-CSRF')).toBe('new');
      again.flush(path);
    }
    expect(await Promise.all(answers)).toEqual(['/a', '/b']);
    expect(asked).toBe(1);
  });

  it('fail when there is no other, as do those of nobody', async () => {
    const refused = put('/a');
    server.expectOne('/a').flush(null, over);
    expect(await refused).toBe(401);
    context.ask = () => Promise.reject(new Error('asked'));
    const login = put('/session');
    server.expectOne('/session').flush(null, over);
    expect(await login).toBe(401);
  });
});
