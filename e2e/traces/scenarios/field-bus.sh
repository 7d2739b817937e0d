# Modbus against pymodbus: reads, writes, an address that is not there. MQTT against Mosquitto: versions 3.1.1 and 5, retained, with a user.
start_modbus
start_mosquitto
start_capture field-bus
cat > "$lab/modbus-client.py" <<'PY'
from pymodbus.client import ModbusTcpClient
import sys
client = ModbusTcpClient(sys.argv[1], port=502)
client.connect()
client.read_holding_registers(1, 10, slave=1)
client.read_coils(0, 8, slave=1)
client.write_register(4, 1234, slave=1)
client.write_coil(2, False, slave=1)
client.write_registers(10, [1, 2, 3], slave=1)
client.read_holding_registers(5000, 2, slave=1)
client.close()
PY
in_client /usr/bin/python3 "$lab/modbus-client.py" $server4
in_client timeout 4 mosquitto_sub -h $server4 -i reader -t 'lab/#' -t other -C 2 > /dev/null &
reader=$!
until in_server ss -Htn "sport = :1883" | grep -q ESTAB; do sleep 0.05; done
sleep 0.3
in_client mosquitto_pub -h $server4 -i writer -t lab/one -m hello -q 1 -r
in_client mosquitto_pub -h $server4 -i writer5 -V mqttv5 -u ann -P ann-secret -t lab/two -m hello
wait $reader || true
stop_capture field-bus
