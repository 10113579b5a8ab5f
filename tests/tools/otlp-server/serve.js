// A receiver of OTLP that Kairos' authors did not write, for the tests: by gRPC and by http/protobuf, on free ports of this machine.
// Everything that it takes in goes to standard output, one JSON object a line: { kind, content }. The first says where it listens.
'use strict';

const { MockOtlpServer, normalizeLogs, normalizeMetrics, normalizeTrace } = require('@elastic/mockotlpserver');

const tell = (kind, content) => process.stdout.write(`${JSON.stringify({ kind, content })}\n`);

const server = new MockOtlpServer({
  logLevel: 'fatal', // its log would go to standard output, too
  services: ['http', 'grpc'],
  httpHostname: '127.0.0.1',
  httpPort: 0,
  grpcHostname: '127.0.0.1',
  grpcPort: 0,
  onRequest: ({ path }) => tell('request', { path }),
  onMetrics: (request) => tell('metrics', normalizeMetrics(request)),
  onTrace: (request) => tell('traces', normalizeTrace(request)),
  onLogs: (request) => tell('logs', normalizeLogs(request)),
});

server.start().then(() => tell('started', { grpc: server.grpcUrl.host, http: server.httpUrl.host }));

// Whoever started it keeps its standard input open; where that one is gone, so is the need for this.
process.stdin.on('end', () => process.exit(0)).resume();
