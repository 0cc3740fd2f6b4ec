"""Prints the mails of an mboxrd file as JSON: what Python's strict e-mail policy makes of them."""
import json
import re
import sys
from email import message_from_bytes, policy

mails = []
for raw in re.split(rb"(?m)^From .*\n", open(sys.argv[1], "rb").read())[1:]:
    mail = message_from_bytes(re.sub(rb"(?m)^>(>*From )", rb"\1", raw), policy=policy.default)
    sender = mail["from"].addresses[0]
    parent = mail["in-reply-to"]
    mails.append({
        "id": mail["message-id"].strip().strip("<>"),
        "parent": parent.strip().strip("<>") if parent else None,
        "subject": str(mail["subject"]),
        "name": sender.display_name or sender.addr_spec,
        "address": sender.addr_spec,
        "date": int(mail["date"].datetime.timestamp()),
        "text": mail.get_content(),
    })
json.dump(mails, sys.stdout)
