#!/usr/bin/env python3
"""The Chinese messages against the English ones: nothing is missing, nothing is left over, the arguments are the same.

    chinese.py SOURCE_ROOT            fails and writes the lines that base/messages.zh.def lacks
    chinese.py SOURCE_ROOT --hashes   puts the right hash into each AC_PHRASE line
"""
import glob
import os
import re
import sys

TEXT = r'"((?:[^"\\]|\\.)*)"'
ENGLISH = re.compile(r'^AC_MSG\(\d+,\s*\w+,\s*(\w+),\s*%s,\s*(?:NULL|%s)\)' % (TEXT, TEXT), re.M)
CHINESE = re.compile(r'^AC_ZH\((\w+),\s*%s,\s*(?:NULL|%s)\)$' % (TEXT, TEXT), re.M)
PHRASE = re.compile(r'^AC_PHRASE\((0x[0-9a-f]{8}), %s, %s\)$' % (TEXT, TEXT), re.M)

# Calls whose texts reach a message as an argument or a hint of their own, and the files that are tables of such texts.
CALLS = re.compile(r"\b(?:ac_parse_(?:expected|expect|name|names|path|string|date|int|too_many|cell_count)|ac_arg_string|ac_log_hint"
                   r"|ac_log_hint_with|ac_log_suggest|ac_say_\w+|ac_check_later|skip|later)\(")
TABLES = ("foreign_words.c", "type.c", "link_cell.c")


def bare(literal):
    return literal.replace('\\"', '"').replace("\\\\", "\\")


def fnv(text):
    value = 2166136261
    for byte in text.encode():
        value = (value ^ byte) * 16777619 & 0xFFFFFFFF
    return "0x%08x" % value


def placeholders(text):
    return sorted(set(re.findall(r"\{\d\}", text or "")))


def used_phrases(root):
    """Phrases of more than one word that the sources hand to messages, with the file."""
    found = {}
    for path in sorted(glob.glob(os.path.join(root, "src/policy/**/*.c"), recursive=True) + glob.glob(os.path.join(root, "src/rules/**/*.c"), recursive=True)):
        with open(path, encoding="utf-8") as source:
            text = re.sub(r"/\*.*?\*/", "", source.read(), flags=re.S)
        name = os.path.basename(path)
        for statement in text.split(";\n") if name not in TABLES else [text]:
            if name not in TABLES and not CALLS.search(statement) or "ac_error_set" in statement and name in TABLES:
                continue
            for line in statement.split("\n"):
                if line.startswith("#") or "ac_error_set" in line:
                    continue
                for literal in re.findall(TEXT, line):
                    if re.search(r"[A-Za-z]\S* \S", literal) or re.search(r"[a-z]{2} $", literal):
                        found.setdefault(bare(literal), name)
    return found


def problems(root):
    with open(os.path.join(root, "src/base/messages.def"), encoding="utf-8") as file:
        english = {name: (bare(text), bare(hint) if hint else None) for name, text, hint in ENGLISH.findall(file.read())}
    with open(os.path.join(root, "src/base/messages.zh.def"), encoding="utf-8") as file:
        whole = file.read()
    chinese = {name: (bare(text), bare(hint) if hint else None) for name, text, hint in CHINESE.findall(whole)}
    phrases = {bare(text): (hash_, bare(words)) for hash_, text, words in PHRASE.findall(whole)}
    said = []

    if whole.count("\nAC_ZH(") != len(chinese) or whole.count("\nAC_PHRASE(") != len(phrases):
        said.append("some lines are twice there or not of the form AC_ZH(NAME, \"text\", \"hint\" or NULL), AC_PHRASE(0x0123abcd, \"English\", \"Chinese\")")
    for name, (text, hint) in english.items():
        if name not in chinese:
            said.append('missing: AC_ZH(%s, "%s", %s)  <- in Chinese' % (name, text.replace('"', '\\"'), '"%s"' % hint.replace('"', '\\"') if hint else "NULL"))
            continue
        if placeholders(text) != placeholders(chinese[name][0]):
            said.append("%s: the text has the arguments %s in English, %s in Chinese" % (name, placeholders(text), placeholders(chinese[name][0])))
        if placeholders(hint) != placeholders(chinese[name][1]):
            said.append("%s: the hint has the arguments %s in English, %s in Chinese" % (name, placeholders(hint), placeholders(chinese[name][1])))
        if (hint is None) != (chinese[name][1] is None):
            said.append("%s: only one language has a hint" % name)
        for word in chinese[name]:
            if word and not re.search(r"[\u4e00-\u9fff]", word) and word not in (text, hint) and re.search(r"[a-z]{3} [a-z]{3}", word):
                said.append("%s: not in Chinese: %s" % (name, word))
    for name in chinese.keys() - english.keys():
        said.append("%s is no message any more" % name)
    for text, file in used_phrases(root).items():
        if text not in phrases:
            said.append('missing (%s): AC_PHRASE(%s, "%s", "…")  <- in Chinese' % (file, fnv(text), text.replace('"', '\\"')))
    for text, (hash_, words) in phrases.items():
        if hash_ != fnv(text):
            said.append('the hash of "%s" is %s (or run chinese.py SOURCE_ROOT --hashes)' % (text, fnv(text)))
        if placeholders(text) != placeholders(words):
            said.append('"%s": other arguments in Chinese' % text)
    hashes = [hash_ for hash_, _ in phrases.values()]
    said += ["%s is the hash of two phrases: reword one" % hash_ for hash_ in sorted(set(hashes)) if hashes.count(hash_) > 1]
    return said


def put_hashes(root):
    path = os.path.join(root, "src/base/messages.zh.def")
    with open(path, encoding="utf-8") as file:
        text = file.read()
    line = re.compile(r'^AC_PHRASE\(\w+, %s, ' % TEXT, re.M)
    with open(path, "w", encoding="utf-8") as file:
        file.write(line.sub(lambda m: m.group(0).replace(m.group(0)[10:m.group(0).index(",")], fnv(bare(m.group(1))), 1), text))


def main(root, action=None):
    if action == "--hashes":
        put_hashes(root)
        return
    said = problems(root)
    for line in said:
        print(line)
    if said:
        sys.exit("src/base/messages.zh.def does not say everything that src/base/messages.def does: see above")


main(*sys.argv[1:])
