# LDAP against OpenLDAP: binds that succeed, fail and are anonymous; search, add, modify, compare, rename, delete, whoami; IPv6.
start_slapd
start_capture ldap
admin=(-x -H "ldap://$server4" -D cn=admin,dc=example,dc=test -w lab-secret)
in_client ldapsearch -LLL "${admin[@]}" -b dc=example,dc=test '(&(objectClass=person)(|(sn=A*s)(!(mail=*))(uid>=2)))' cn mail > /dev/null
in_client ldapadd "${admin[@]}" > /dev/null <<'LDIF'
dn: cn=Ann,dc=example,dc=test
objectClass: person
cn: Ann
sn: Archer
userPassword: not-to-be-kept
LDIF
in_client ldapmodify "${admin[@]}" > /dev/null <<'LDIF'
dn: cn=Ann,dc=example,dc=test
changetype: modify
replace: sn
sn: Adams
-
add: description
description: (the) *first*
LDIF
in_client ldapcompare "${admin[@]}" cn=Ann,dc=example,dc=test sn:Adams > /dev/null || true
in_client ldapmodrdn "${admin[@]}" cn=Ann,dc=example,dc=test cn=Anne
in_client ldapsearch -LLL -x -H "ldap://[$server6]" -b dc=example,dc=test -s one '(description=\28the\29 \2afirst\2a)' > /dev/null
in_client ldapwhoami "${admin[@]}" > /dev/null
in_client ldapdelete "${admin[@]}" cn=Anne,dc=example,dc=test
in_client ldapsearch -x -H "ldap://$server4" -D cn=admin,dc=example,dc=test -w wrong -b dc=example,dc=test > /dev/null 2>&1 || true
in_client ldapsearch -LLL -x -H "ldap://$server4" -b dc=absent > /dev/null 2>&1 || true
stop_capture ldap
