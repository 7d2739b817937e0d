-- Values of each kind (flow)

-- 
TRUE

--    
TRUE

-- source.ip:10.0.0.1
("source_ip" = $1::inet)
-- ["10.0.0.1"]

-- source.ip == 10.0.0.1
("source_ip" = $1::inet)
-- ["10.0.0.1"]

-- source.ip = 10.0.0.1
("source_ip" = $1::inet)
-- ["10.0.0.1"]

-- source.ip:10.0.0.0/8
("source_ip" <<= $1::inet)
-- ["10.0.0.0/8"]

-- source.ip:10.0.0.1/32
("source_ip" = $1::inet)
-- ["10.0.0.1/32"]

-- source.ip:10.1.*
("source_ip" <<= $1::inet)
-- ["10.1.0.0/16"]

-- source.ip:10.*.*.*
("source_ip" <<= $1::inet)
-- ["10.0.0.0/8"]

-- source.ip:2001:DB8::0001
("source_ip" = $1::inet)
-- ["2001:db8::1"]

-- source.ip:2001:db8::/32
("source_ip" <<= $1::inet)
-- ["2001:db8::/32"]

-- source.ip:::ffff:1.2.3.4
("source_ip" = $1::inet)
-- ["::ffff:102:304"]

-- source.ip > 10.0.0.1
(family("source_ip") = family($1::inet) AND "source_ip" > $1::inet)
-- ["10.0.0.1"]

-- destination.port:443
("destination_port" = $1::bigint)
-- ["443"]

-- destination.port>=1024
("destination_port" >= $1::bigint)
-- ["1024"]

-- source.mac:00-11-22-AA-BB-CC
(lower("source_mac") = lower($1::text))
-- ["00:11:22:aa:bb:cc"]

-- source.mac:0011.22aa.bbcc
(lower("source_mac") = lower($1::text))
-- ["00:11:22:aa:bb:cc"]

-- source.mac:00:11:22:*
("source_mac" ILIKE $1::text)
-- ["00:11:22:%"]

-- network.bytes >= 1.5MB
("network_bytes" >= $1::bigint)
-- ["1500000"]

-- network.bytes>1KiB
("network_bytes" > $1::bigint)
-- ["1024"]

-- network.bytes<10
("network_bytes" < $1::bigint)
-- ["10"]

-- network.packets:1
("network_packets" = $1::bigint)
-- ["1"]

-- event.duration>1.5s
("event_duration" > $1::bigint)
-- ["1500000000"]

-- event.duration<=250ms
("event_duration" <= $1::bigint)
-- ["250000000"]

-- event.duration>1h30m
("event_duration" > $1::bigint)
-- ["5400000000000"]

-- event.duration:0
("event_duration" = $1::bigint)
-- ["0"]

-- event.start:2024-05-01
("event_start" >= $1::bigint AND "event_start" < $2::bigint)
-- ["1714521600000000000","1714608000000000000"]

-- event.start:2024-05-01T10:00
("event_start" >= $1::bigint AND "event_start" < $2::bigint)
-- ["1714557600000000000","1714557660000000000"]

-- event.start:2024-05-01T10:00:00Z
("event_start" >= $1::bigint AND "event_start" < $2::bigint)
-- ["1714557600000000000","1714557601000000000"]

-- event.start:"2024-05-01 10:00:00.5"
("event_start" >= $1::bigint AND "event_start" < $2::bigint)
-- ["1714557600500000000","1714557600600000000"]

-- event.start:1714521600
("event_start" >= $1::bigint AND "event_start" < $2::bigint)
-- ["1714521600000000000","1714521601000000000"]

-- event.start>=now-1h
("event_start" >= $1::bigint)
-- ["1714563296789000000"]

-- event.start>=now-1d@d
("event_start" >= $1::bigint)
-- ["1714435200000000000"]

-- event.start<now@h
("event_start" < $1::bigint)
-- ["1714564800000000000"]

-- event.start<2024-05-01T10:00:00+02:00
("event_start" < $1::bigint)
-- ["1714550400000000000"]

-- wirecase.flow.truncated:true
("flow_truncated" = $1::boolean)
-- [true]

-- wirecase.flow.truncated:no
("flow_truncated" = $1::boolean)
-- [false]

-- wirecase.flow.state:SF
(lower("flow_state") = lower($1::text))
-- ["SF"]

-- wirecase.flow.id:8C3B1F0E-0000-0000-0000-000000000001
("flow_id" = $1::uuid)
-- ["8c3b1f0e-0000-0000-0000-000000000001"]

-- network.vlan.id:100
EXISTS (SELECT 1 FROM unnest("network_vlan_id") AS item WHERE item = $1::bigint)
-- ["100"]

-- network.protocol:tls
EXISTS (SELECT 1 FROM unnest("network_protocol") AS item WHERE lower(item) = lower($1::text))
-- ["tls"]

-- capture:8c3b1f0e-0000-0000-0000-000000000001
("capture_id" = $1::uuid)
-- ["8c3b1f0e-0000-0000-0000-000000000001"]

-- network.community_id:"1:wCb3OG7yAFWelaUydu0D+125CLM="
(lower(left("network_community_id", 256)) = lower(left($1::text, 256)) AND lower("network_community_id") = lower($1::text))
-- ["1:wCb3OG7yAFWelaUydu0D+125CLM="]

-- Three spellings of one question (flow)

-- ip.src == 10.0.0.1 && tcp.dstport == 443
(("source_ip" = $1::inet) AND ("destination_port" = $2::bigint))
-- ["10.0.0.1","443"]

-- ip.src == 10.0.0.1 and port.dst == 443
(("source_ip" = $1::inet) AND ("destination_port" = $2::bigint))
-- ["10.0.0.1","443"]

-- source.ip:10.0.0.1 and destination.port:443
(("source_ip" = $1::inet) AND ("destination_port" = $2::bigint))
-- ["10.0.0.1","443"]

-- source.ip:10.0.0.1 destination.port:443
(("source_ip" = $1::inet) AND ("destination_port" = $2::bigint))
-- ["10.0.0.1","443"]

-- ip.addr == 10.0.0.1
(("source_ip" = $1::inet) OR ("destination_ip" = $1::inet))
-- ["10.0.0.1"]

-- ip == 10.0.0.1
(("source_ip" = $1::inet) OR ("destination_ip" = $1::inet))
-- ["10.0.0.1"]

-- tcp.port == 443 || udp.port == 443
(((lower("network_transport") = lower($2::text)) AND (("source_port" = $1::bigint) OR ("destination_port" = $1::bigint))) OR ((lower("network_transport") = lower($3::text)) AND (("source_port" = $1::bigint) OR ("destination_port" = $1::bigint))))
-- ["443","tcp","udp"]

-- port == [80,443]
((("source_port" = $1::bigint) OR ("destination_port" = $1::bigint)) OR (("source_port" = $2::bigint) OR ("destination_port" = $2::bigint)))
-- ["80","443"]

-- port in {80 443}
((("source_port" = $1::bigint) OR ("destination_port" = $1::bigint)) OR (("source_port" = $2::bigint) OR ("destination_port" = $2::bigint)))
-- ["80","443"]

-- port:(80 or 443)
((("source_port" = $1::bigint) OR ("destination_port" = $1::bigint)) OR (("source_port" = $2::bigint) OR ("destination_port" = $2::bigint)))
-- ["80","443"]

-- eth.addr == 00:11:22:aa:bb:cc
((lower("source_mac") = lower($1::text)) OR (lower("destination_mac") = lower($1::text)))
-- ["00:11:22:aa:bb:cc"]

-- id.orig_h:10.0.0.1 conn_state:S0
(("source_ip" = $1::inet) AND (lower("flow_state") = lower($2::text)))
-- ["10.0.0.1","S0"]

-- src_ip:10.0.0.1 AND NOT proto:udp
(("source_ip" = $1::inet) AND ((lower("network_transport") = lower($2::text))) IS NOT TRUE)
-- ["10.0.0.1","udp"]

-- dns.qry.name contains "example"
"flow_id" IN (SELECT "flow_id" FROM "dns" WHERE "flow_id" IS NOT NULL AND ("dns_question_name" ILIKE $1::text))
-- ["%example%"]

-- host == *.example.com
("flow_id" IN (SELECT "flow_id" FROM "dns" WHERE "flow_id" IS NOT NULL AND ("dns_question_name" ILIKE $1::text)) OR "flow_id" IN (SELECT "flow_id" FROM "http" WHERE "flow_id" IS NOT NULL AND ("url_domain" ILIKE $1::text)))
-- ["%.example.com"]

-- Sets, ranges and texts (flow)

-- destination.port in {80, 443, 8000..9000}
(("destination_port" = $1::bigint) OR ("destination_port" = $2::bigint) OR ("destination_port" >= $3::bigint AND "destination_port" <= $4::bigint))
-- ["80","443","8000","9000"]

-- destination.port not in {1..1023}
("destination_port" IS NOT NULL AND (("destination_port" >= $1::bigint AND "destination_port" <= $2::bigint)) IS NOT TRUE)
-- ["1","1023"]

-- source.port between (1024, 2048)
("source_port" >= $1::bigint AND "source_port" <= $2::bigint)
-- ["1024","2048"]

-- source.ip in {10.0.0.1..10.0.0.9, 192.168.0.0/16}
((family("source_ip") = family($1::inet) AND "source_ip" >= $1::inet AND family("source_ip") = family($2::inet) AND "source_ip" <= $2::inet) OR ("source_ip" <<= $3::inet))
-- ["10.0.0.1","10.0.0.9","192.168.0.0/16"]

-- event.start in {2024-05-01..2024-05-02}
("event_start" >= $1::bigint AND "event_start" < $2::bigint)
-- ["1714521600000000000","1714694400000000000"]

-- network.bytes in {1kB..1MB}
("network_bytes" >= $1::bigint AND "network_bytes" <= $2::bigint)
-- ["1000","1000000"]

-- event.duration between (1s, 2s)
("event_duration" >= $1::bigint AND "event_duration" <= $2::bigint)
-- ["1000000000","2000000000"]

-- wirecase.flow.state != [S0, REJ]
(TRUE AND (((lower("flow_state") = lower($1::text)) OR (lower("flow_state") = lower($2::text)))) IS NOT TRUE)
-- ["S0","REJ"]

-- wirecase.flow.state:S*
("flow_state" ILIKE $1::text)
-- ["S%"]

-- wirecase.flow.state:"S*"
(lower("flow_state") = lower($1::text))
-- ["S*"]

-- wirecase.flow.state:S\*
(lower("flow_state") = lower($1::text))
-- ["S*"]

-- wirecase.flow.history startswith ShA
("flow_history" ILIKE $1::text)
-- ["ShA%"]

-- wirecase.flow.history contains dD
("flow_history" ILIKE $1::text)
-- ["%dD%"]

-- wirecase.flow.history matches "^Sh.*R$"
("flow_history" ~* $1::text)
-- ["^Sh.*R$"]

-- wirecase.flow.history ~ "^S"
("flow_history" ~* $1::text)
-- ["^S"]

-- wirecase.flow.history:/^sh/i
("flow_history" ~* $1::text)
-- ["^sh"]

-- wirecase.flow.history:/^S\/h/
("flow_history" ~* $1::text)
-- ["^S/h"]

-- wirecase.flow.history:100%_\x
(lower("flow_history") = lower($1::text))
-- ["100%_\\x"]

-- network.protocol contains sm
EXISTS (SELECT 1 FROM unnest("network_protocol") AS item WHERE item ILIKE $1::text)
-- ["%sm%"]

-- url.path:/login
"flow_id" IN (SELECT "flow_id" FROM "http" WHERE "flow_id" IS NOT NULL AND ("url_path" ILIKE $1::text))
-- ["%/login%"]

-- url.path == /login
"flow_id" IN (SELECT "flow_id" FROM "http" WHERE "flow_id" IS NOT NULL AND (lower("url_path") = lower($1::text)))
-- ["/login"]

-- url.path:/a/b.html
"flow_id" IN (SELECT "flow_id" FROM "http" WHERE "flow_id" IS NOT NULL AND ("url_path" ILIKE $1::text))
-- ["%/a/b.html%"]

-- url.path:*.php
"flow_id" IN (SELECT "flow_id" FROM "http" WHERE "flow_id" IS NOT NULL AND ("url_path" ILIKE $1::text))
-- ["%.php"]

-- url.path:/\.php$/
"flow_id" IN (SELECT "flow_id" FROM "http" WHERE "flow_id" IS NOT NULL AND ("url_path" ~* $1::text))
-- ["\\.php$"]

-- Existence, absence and not (flow)

-- source.port:*
"source_port" IS NOT NULL

-- source.port
"source_port" IS NOT NULL
-- ! "source.port" is a field: rows that have it are found. For the text write it in quotes.

-- source.port == EXISTS!
"source_port" IS NOT NULL

-- source.port != EXISTS!
("source_port" IS NOT NULL) IS NOT TRUE

-- source.port:null
("source_port" IS NOT NULL) IS NOT TRUE

-- source.port != null
"source_port" IS NOT NULL

-- not source.port
("source_port" IS NOT NULL) IS NOT TRUE
-- ! "source.port" is a field: rows that have it are found. For the text write it in quotes.

-- network.protocol:*
cardinality("network_protocol") > 0

-- dns.question.name:*
"flow_id" IN (SELECT "flow_id" FROM "dns" WHERE "flow_id" IS NOT NULL AND "dns_question_name" IS NOT NULL)

-- source.port != 80
("source_port" IS NOT NULL AND (("source_port" = $1::bigint)) IS NOT TRUE)
-- ["80"]

-- not source.port:80
(("source_port" = $1::bigint)) IS NOT TRUE
-- ["80"]

-- !source.port:80
(("source_port" = $1::bigint)) IS NOT TRUE
-- ["80"]

-- -source.port:80
(("source_port" = $1::bigint)) IS NOT TRUE
-- ["80"]

-- not not source.port:80
("source_port" = $1::bigint)
-- ["80"]

-- network.transport != tcp
(TRUE AND ((lower("network_transport") = lower($1::text))) IS NOT TRUE)
-- ["tcp"]

-- network.protocol != dns
(cardinality("network_protocol") > 0 AND (EXISTS (SELECT 1 FROM unnest("network_protocol") AS item WHERE lower(item) = lower($1::text))) IS NOT TRUE)
-- ["dns"]

-- ip != 10.0.0.1
((TRUE OR TRUE) AND ((("source_ip" = $1::inet) OR ("destination_ip" = $1::inet))) IS NOT TRUE)
-- ["10.0.0.1"]

-- dns.question.name != a.example
("flow_id" IN (SELECT "flow_id" FROM "dns" WHERE "flow_id" IS NOT NULL AND "dns_question_name" IS NOT NULL) AND ("flow_id" IN (SELECT "flow_id" FROM "dns" WHERE "flow_id" IS NOT NULL AND (lower(left("dns_question_name", 256)) = lower(left($1::text, 256)) AND lower("dns_question_name") = lower($1::text)))) IS NOT TRUE)
-- ["a.example"]

-- not (source.port:80 or source.port:81)
((("source_port" = $1::bigint) OR ("source_port" = $2::bigint))) IS NOT TRUE
-- ["80","81"]

-- destination.port not in {80}
("destination_port" IS NOT NULL AND (("destination_port" = $1::bigint)) IS NOT TRUE)
-- ["80"]

-- And, or and parentheses (flow)

-- source.port:1 or source.port:2 and source.port:3
(("source_port" = $1::bigint) OR (("source_port" = $2::bigint) AND ("source_port" = $3::bigint)))
-- ["1","2","3"]

-- (source.port:1 or source.port:2) and source.port:3
((("source_port" = $1::bigint) OR ("source_port" = $2::bigint)) AND ("source_port" = $3::bigint))
-- ["1","2","3"]

-- source.port:1 source.port:2 or source.port:3
((("source_port" = $1::bigint) AND ("source_port" = $2::bigint)) OR ("source_port" = $3::bigint))
-- ["1","2","3"]

-- source.port:1 AND source.port:2
(("source_port" = $1::bigint) AND ("source_port" = $2::bigint))
-- ["1","2"]

-- source.port:1&&source.port:2||source.port:3
((("source_port" = $1::bigint) AND ("source_port" = $2::bigint)) OR ("source_port" = $3::bigint))
-- ["1","2","3"]

-- not source.port:1 source.port:2
((("source_port" = $1::bigint)) IS NOT TRUE AND ("source_port" = $2::bigint))
-- ["1","2"]

-- ((source.port:1))
("source_port" = $1::bigint)
-- ["1"]

-- source.port:(1 2 3)
(("source_port" = $1::bigint) OR ("source_port" = $2::bigint) OR ("source_port" = $3::bigint))
-- ["1","2","3"]

-- source.port:(1, 2)
(("source_port" = $1::bigint) OR ("source_port" = $2::bigint))
-- ["1","2"]

-- source.port:"1"
("source_port" = $1::bigint)
-- ["1"]

-- Other records of the flow (flow)

-- dns.question.name:example.com
"flow_id" IN (SELECT "flow_id" FROM "dns" WHERE "flow_id" IS NOT NULL AND (lower(left("dns_question_name", 256)) = lower(left($1::text, 256)) AND lower("dns_question_name") = lower($1::text)))
-- ["example.com"]

-- dns.question.name:*.example.com and http.status:404
("flow_id" IN (SELECT "flow_id" FROM "dns" WHERE "flow_id" IS NOT NULL AND ("dns_question_name" ILIKE $1::text)) AND "flow_id" IN (SELECT "flow_id" FROM "http" WHERE "flow_id" IS NOT NULL AND ("http_response_status_code" = $2::bigint)))
-- ["%.example.com","404"]

-- dns.question.name:a.example or url.domain:a.example
("flow_id" IN (SELECT "flow_id" FROM "dns" WHERE "flow_id" IS NOT NULL AND (lower(left("dns_question_name", 256)) = lower(left($1::text, 256)) AND lower("dns_question_name") = lower($1::text))) OR "flow_id" IN (SELECT "flow_id" FROM "http" WHERE "flow_id" IS NOT NULL AND (lower(left("url_domain", 256)) = lower(left($1::text, 256)) AND lower("url_domain") = lower($1::text))))
-- ["a.example"]

-- rcode_name:NXDOMAIN
"flow_id" IN (SELECT "flow_id" FROM "dns" WHERE "flow_id" IS NOT NULL AND (lower("dns_response_code") = lower($1::text)))
-- ["NXDOMAIN"]

-- dns.answers.ttl<10
"flow_id" IN (SELECT "flow_id" FROM "dns" WHERE "flow_id" IS NOT NULL AND EXISTS (SELECT 1 FROM unnest("dns_answers_ttl") AS item WHERE item < $1::bigint))
-- ["10"]

-- dns.answers.data:192.0.2.1
"flow_id" IN (SELECT "flow_id" FROM "dns" WHERE "flow_id" IS NOT NULL AND EXISTS (SELECT 1 FROM unnest("dns_answers_data") AS item WHERE lower(item) = lower($1::text)))
-- ["192.0.2.1"]

-- dns.resolved_ip:192.0.2.1
"flow_id" IN (SELECT "flow_id" FROM "dns" WHERE "flow_id" IS NOT NULL AND "dns_resolved_ip" @> ARRAY[$1::inet])
-- ["192.0.2.1"]

-- dns.resolved_ip:192.0.2.0/24
"flow_id" IN (SELECT "flow_id" FROM "dns" WHERE "flow_id" IS NOT NULL AND EXISTS (SELECT 1 FROM unnest("dns_resolved_ip") AS item WHERE item <<= $1::inet))
-- ["192.0.2.0/24"]

-- dns.rtt>1s
"flow_id" IN (SELECT "flow_id" FROM "dns" WHERE "flow_id" IS NOT NULL AND ("dns_rtt" > $1::bigint))
-- ["1000000000"]

-- wirecase.dns.entropy>=3.5
"flow_id" IN (SELECT "flow_id" FROM "dns" WHERE "flow_id" IS NOT NULL AND ("dns_entropy" >= $1::double precision))
-- [3.5]

-- weird.name:bad_checksum
"flow_id" IN (SELECT "flow_id" FROM "weird" WHERE "flow_id" IS NOT NULL AND (lower("weird_name") = lower($1::text)))
-- ["bad_checksum"]

-- host:example.com
("flow_id" IN (SELECT "flow_id" FROM "dns" WHERE "flow_id" IS NOT NULL AND (lower(left("dns_question_name", 256)) = lower(left($1::text, 256)) AND lower("dns_question_name") = lower($1::text))) OR "flow_id" IN (SELECT "flow_id" FROM "http" WHERE "flow_id" IS NOT NULL AND (lower(left("url_domain", 256)) = lower(left($1::text, 256)) AND lower("url_domain") = lower($1::text))))
-- ["example.com"]

-- Free text (flow)

-- 10.0.0.1
(("source_ip" = $1::inet) OR ("destination_ip" = $1::inet))
-- ["10.0.0.1"]

-- 10.0.0.0/8
(("source_ip" <<= $1::inet) OR ("destination_ip" <<= $1::inet))
-- ["10.0.0.0/8"]

-- fe80::1
(("source_ip" = $1::inet) OR ("destination_ip" = $1::inet))
-- ["fe80::1"]

-- 00:11:22:aa:bb:cc
((lower("source_mac") = lower($1::text)) OR (lower("destination_mac") = lower($1::text)))
-- ["00:11:22:aa:bb:cc"]

-- 8c3b1f0e-0000-0000-0000-000000000001
(("capture_id" = $1::uuid) OR ("flow_id" = $1::uuid))
-- ["8c3b1f0e-0000-0000-0000-000000000001"]

-- example.com
((("network_transport" ILIKE $1::text) OR EXISTS (SELECT 1 FROM unnest("network_protocol") AS item WHERE item ILIKE $1::text) OR ("flow_state" ILIKE $1::text)) OR "flow_id" IN (SELECT "flow_id" FROM "dns" WHERE "flow_id" IS NOT NULL AND (("dns_question_name" ILIKE $2::text) OR ("dns_response_code" ILIKE $2::text) OR EXISTS (SELECT 1 FROM unnest("dns_answers_data") AS item WHERE item ILIKE $2::text))) OR "flow_id" IN (SELECT "flow_id" FROM "http" WHERE "flow_id" IS NOT NULL AND (("url_domain" ILIKE $2::text) OR ("url_path" ILIKE $2::text))) OR "flow_id" IN (SELECT "flow_id" FROM "weird" WHERE "flow_id" IS NOT NULL AND ("weird_name" ILIKE $2::text)))
-- ["example.com","%example.com%"]

-- "and"
((("network_transport" ILIKE $1::text) OR EXISTS (SELECT 1 FROM unnest("network_protocol") AS item WHERE item ILIKE $1::text) OR ("flow_state" ILIKE $1::text)) OR "flow_id" IN (SELECT "flow_id" FROM "dns" WHERE "flow_id" IS NOT NULL AND (("dns_question_name" ILIKE $2::text) OR ("dns_response_code" ILIKE $2::text) OR EXISTS (SELECT 1 FROM unnest("dns_answers_data") AS item WHERE item ILIKE $2::text))) OR "flow_id" IN (SELECT "flow_id" FROM "http" WHERE "flow_id" IS NOT NULL AND (("url_domain" ILIKE $2::text) OR ("url_path" ILIKE $2::text))) OR "flow_id" IN (SELECT "flow_id" FROM "weird" WHERE "flow_id" IS NOT NULL AND ("weird_name" ILIKE $2::text)))
-- ["and","%and%"]

-- *.example.com
((("network_transport" ILIKE $1::text) OR EXISTS (SELECT 1 FROM unnest("network_protocol") AS item WHERE item ILIKE $1::text) OR ("flow_state" ILIKE $1::text)) OR "flow_id" IN (SELECT "flow_id" FROM "dns" WHERE "flow_id" IS NOT NULL AND (("dns_question_name" ILIKE $2::text) OR ("dns_response_code" ILIKE $2::text) OR EXISTS (SELECT 1 FROM unnest("dns_answers_data") AS item WHERE item ILIKE $2::text))) OR "flow_id" IN (SELECT "flow_id" FROM "http" WHERE "flow_id" IS NOT NULL AND (("url_domain" ILIKE $2::text) OR ("url_path" ILIKE $2::text))) OR "flow_id" IN (SELECT "flow_id" FROM "weird" WHERE "flow_id" IS NOT NULL AND ("weird_name" ILIKE $2::text)))
-- ["%.example.com","%%.example.com%"]

-- tls
((("network_transport" ILIKE $1::text) OR EXISTS (SELECT 1 FROM unnest("network_protocol") AS item WHERE item ILIKE $1::text) OR ("flow_state" ILIKE $1::text)) OR "flow_id" IN (SELECT "flow_id" FROM "dns" WHERE "flow_id" IS NOT NULL AND (("dns_question_name" ILIKE $2::text) OR ("dns_response_code" ILIKE $2::text) OR EXISTS (SELECT 1 FROM unnest("dns_answers_data") AS item WHERE item ILIKE $2::text))) OR "flow_id" IN (SELECT "flow_id" FROM "http" WHERE "flow_id" IS NOT NULL AND (("url_domain" ILIKE $2::text) OR ("url_path" ILIKE $2::text))) OR "flow_id" IN (SELECT "flow_id" FROM "weird" WHERE "flow_id" IS NOT NULL AND ("weird_name" ILIKE $2::text)))
-- ["tls","%tls%"]

-- A search of DNS records (dns)

-- dns.question.name:example.com
(lower(left("dns_question_name", 256)) = lower(left($1::text, 256)) AND lower("dns_question_name") = lower($1::text))
-- ["example.com"]

-- source.ip:10.0.0.1
("source_ip" = $1::inet)
-- ["10.0.0.1"]

-- wirecase.flow.state:SF
"flow_id" IN (SELECT "flow_id" FROM "flow" WHERE "flow_id" IS NOT NULL AND (lower("flow_state") = lower($1::text)))
-- ["SF"]

-- mac:00:11:22:aa:bb:cc
("flow_id" IN (SELECT "flow_id" FROM "flow" WHERE "flow_id" IS NOT NULL AND (lower("source_mac") = lower($1::text))) OR "flow_id" IN (SELECT "flow_id" FROM "flow" WHERE "flow_id" IS NOT NULL AND (lower("destination_mac") = lower($1::text))))
-- ["00:11:22:aa:bb:cc"]

-- url.domain:example.com
"flow_id" IN (SELECT "flow_id" FROM "http" WHERE "flow_id" IS NOT NULL AND (lower(left("url_domain", 256)) = lower(left($1::text, 256)) AND lower("url_domain") = lower($1::text)))
-- ["example.com"]

-- example
(("dns_question_name" ILIKE $1::text) OR ("dns_response_code" ILIKE $1::text) OR EXISTS (SELECT 1 FROM unnest("dns_answers_data") AS item WHERE item ILIKE $1::text))
-- ["%example%"]

-- @timestamp>=2024-05-01
("timestamp" >= $1::bigint)
-- ["1714521600000000000"]

-- network.bytes>1MB not dns.response_code:NOERROR
("flow_id" IN (SELECT "flow_id" FROM "flow" WHERE "flow_id" IS NOT NULL AND ("network_bytes" > $1::bigint)) AND ((lower("dns_response_code") = lower($2::text))) IS NOT TRUE)
-- ["1000000","NOERROR"]

-- A search of alerts (alert)

-- event.severity>=70
("event_severity" >= $1::bigint)
-- ["70"]

-- rule.id:port-scan
(lower("rule_id") = lower($1::text))
-- ["port-scan"]

-- threat.technique.id:T1046
EXISTS (SELECT 1 FROM unnest("threat_technique_id") AS item WHERE lower(item) = lower($1::text))
-- ["T1046"]

-- ip:10.0.0.1
(("source_ip" = $1::inet) OR ("destination_ip" = $1::inet))
-- ["10.0.0.1"]

-- scan
(("rule_id" ILIKE $1::text) OR ("rule_name" ILIKE $1::text) OR ("rule_version" ILIKE $1::text) OR EXISTS (SELECT 1 FROM unnest("threat_technique_id") AS item WHERE item ILIKE $1::text) OR ("alert_class" ILIKE $1::text) OR ("alert_explanation" ILIKE $1::text) OR ("alert_suppressed_by" ILIKE $1::text))
-- ["%scan%"]

-- wirecase.alert.confidence>0.5
("alert_confidence" > $1::double precision)
-- [0.5]
