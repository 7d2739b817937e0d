"""The web server of the scenario `files`: python3 web.py FOLDER PORT. What is asked for comes as its name says; what is sent is kept."""
import http.server
import os
import subprocess
import sys
import zlib

folder = sys.argv[1]
packers = {
    'gzip': lambda data: subprocess.run(['gzip', '-c'], input=data, capture_output=True, check=True).stdout,
    'deflate': zlib.compress,
    'br': lambda data: subprocess.run(['brotli', '-c'], input=data, capture_output=True, check=True).stdout,
    'zstd': lambda data: subprocess.run(['zstd', '-c'], input=data, capture_output=True, check=True).stdout,
}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def log_message(self, *arguments):
        pass

    def do_GET(self):
        name = os.path.basename(self.path)
        with open(os.path.join(folder, name), 'rb') as file:
            data = file.read()
        kind = name.split('.')[0]
        wanted = self.headers.get('Range')
        if wanted:
            first, last = (int(part) for part in wanted.split('=')[1].split('-'))
            self.send_response(206)
            self.send_header('Content-Range', f'bytes {first}-{last}/{len(data)}')
            data = data[first:last + 1]
        else:
            self.send_response(200)
        self.send_header('Content-Type', 'text/plain')
        if kind in packers:
            data = packers[kind](data)
            self.send_header('Content-Encoding', kind)
        if kind != 'chunked':
            self.send_header('Content-Length', str(len(data)))
            self.end_headers()
            self.wfile.write(data)
            return
        self.send_header('Transfer-Encoding', 'chunked')
        self.end_headers()
        for at in range(0, len(data), 1000):
            piece = data[at:at + 1000]
            self.wfile.write(b'%x\r\n%s\r\n' % (len(piece), piece))
        self.wfile.write(b'0\r\n\r\n')

    def keep(self):
        data = self.rfile.read(int(self.headers['Content-Length']))
        with open(os.path.join(folder, 'taken', os.path.basename(self.path)), 'wb') as file:
            file.write(data)
        self.send_response(201)
        self.send_header('Content-Length', '0')
        self.end_headers()

    do_PUT = do_POST = keep


http.server.ThreadingHTTPServer(('', int(sys.argv[2])), Handler).serve_forever()
