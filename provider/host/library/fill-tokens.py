# Fills tokens into a file: SOURCE TARGET MODE FOLDER. Bytes in, bytes out; values are read from files, never from
# arguments. For Python 2.6 and 3.
import os, sys
source, target, mode, folder = sys.argv[1:5]
with open(source, "rb") as f: data = f.read()
tokens = (
    (b"{mediaUrl}", "media-url"), (b"{answersUrl}", "answers-url"), (b"{answersFolderUrl}", "answers-folder-url"),
    (b"{hostAddress}", "host-address"), (b"{treeUrl}", "tree-url"),
)
for token, name in tokens:
    if token in data:
        with open(os.path.join(folder, name), "rb") as f: data = data.replace(token, f.read().strip())
new = "%s.%d" % (target, os.getpid())
with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as f: f.write(data)
os.chmod(new, int(mode, 8))
os.rename(new, target)
