# Kerberos against MIT's KDC: a login with preauthentication, a service ticket, an unknown user, an unknown service, a wrong password; UDP and TCP.
start_kdc
start_capture kerberos
krb() { in_client env KRB5_CONFIG="$lab/krb5.conf" KRB5CCNAME="FILE:$lab/ccache" "$@"; }
echo ann-secret | krb kinit -f -r 2d ann > /dev/null
krb kvno host/files.example.test > /dev/null
krb kvno host/absent.example.test > /dev/null 2>&1 || true
krb kinit -R
echo x | krb kinit nobody > /dev/null 2>&1 || true
echo wrong | krb kinit ann > /dev/null 2>&1 || true
sed -i 's/udp_preference_limit = 1400/udp_preference_limit = 1/' "$lab/krb5.conf"
echo ann-secret | krb kinit ann > /dev/null
krb kvno host/files.example.test > /dev/null
stop_capture kerberos
