# Frames from five hundred hardware addresses, as they fill the table of a switch.
start_capture mac-flood
in_client macof -i wct0 -n 500 > /dev/null 2>&1 || true
stop_capture mac-flood
