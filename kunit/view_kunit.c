// SPDX-License-Identifier: GPL-2.0-only
/* What is seen under debugfs: whole lines, of what is there, each once. */
#include <linux/fs.h>
#include <linux/random.h>
#include <linux/seq_file.h>
#include <linux/string_helpers.h>
#include <linux/uio.h>

#include "fixture.h"
#include "stats.h"
#include "view.h"

#define TEXT_MAX	0x100000

/* A file of debugfs, opened, and what has been read of it. */
struct reader {
	struct inode inode;
	struct file file;
	loff_t pos;
	char *text;
	size_t len;
};

static void close(void *data)
{
	struct reader *reader = data;

	hdt_view_fops.release(&reader->inode, &reader->file);
	kvfree(reader->text);
	kfree(reader);
}

static struct reader *open(struct kunit *test, const struct seq_operations *what)
{
	struct reader *reader = kzalloc(sizeof(*reader), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, reader);
	reader->text = kvzalloc(TEXT_MAX, GFP_KERNEL);
	reader->inode.i_private = (void *)what;
	KUNIT_ASSERT_EQ(test, 0, hdt_view_fops.open(&reader->inode, &reader->file));
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, close, reader));
	KUNIT_ASSERT_NOT_NULL(test, reader->text);
	return reader;
}

/* Some more of it; 0 at the end. */
static ssize_t read_some(struct kunit *test, struct reader *reader, size_t size)
{
	struct kvec vec = { .iov_base = reader->text + reader->len, .iov_len = size };
	struct kiocb kiocb;
	struct iov_iter iter;
	ssize_t len;

	KUNIT_ASSERT_LT(test, reader->len + size, TEXT_MAX);
	init_sync_kiocb(&kiocb, &reader->file);
	kiocb.ki_pos = reader->pos;
	iov_iter_kvec(&iter, ITER_DEST, &vec, 1, size);
	len = seq_read_iter(&kiocb, &iter);
	KUNIT_ASSERT_GE(test, len, 0);
	reader->pos = kiocb.ki_pos;
	reader->len += len;
	return len;
}

static const char *read_rest(struct kunit *test, struct reader *reader)
{
	while (read_some(test, reader, PAGE_SIZE))
		;
	reader->text[reader->len] = '\0';
	return reader->text;
}

static const char *read_all(struct kunit *test, const struct seq_operations *what)
{
	return read_rest(test, open(test, what));
}

/* The line after the one that @at is in, or NULL. */
static const char *next_line(const char *at)
{
	at = strchr(at, '\n');
	return at && at[1] ? at + 1 : NULL;
}

/* Does @line begin with these fields? */
static bool begins(const char *line, struct hdt_table *table, const char *rest)
{
	char head[512];
	int len = scnprintf(head, sizeof(head), "table=%s %s", to_registry(table)->name, rest);

	return !strncmp(line, head, len);
}

static const char *find_line(const char *text, struct hdt_table *table, const char *rest)
{
	const char *line;

	for (line = *text ? text : NULL; line; line = next_line(line))
		if (begins(line, table, rest))
			return line;
	return NULL;
}

static int count_lines(const char *text, struct hdt_table *table, const char *rest)
{
	const char *line;
	int nr = 0;

	for (line = *text ? text : NULL; line; line = next_line(line))
		nr += begins(line, table, rest);
	return nr;
}

static void expect_line(struct kunit *test, const char *text, struct hdt_table *table,
			const char *expected)
{
	const char *line = find_line(text, table, expected);

	KUNIT_EXPECT_NOT_NULL_MSG(test, line, "no line 'table=%s %s' in\n%s",
				  to_registry(table)->name, expected, text);
}

static void a_handler_is_told(struct kunit *test)
{
	struct hdt_table *table = fixture_class_table(test);
	struct hdt_handler handler = num_handler("key", fixture_double, NULL);
	u64 handle, version;
	char expected[320];
	const char *text;

	handler.opts.mode = HDT_EXCLUSIVE;
	handler.opts.stack_bytes = 500;
	handler.opts.capture = "captured";
	handler.opts.capture_size = 9;
	KUNIT_ASSERT_EQ(test, 0, __hdt_register(table, &handler, 1, fixture(test)->owner));
	KUNIT_ASSERT_EQ(test, 0, word_register(table, "word", fixture_word, NULL));
	handle = num_get(table, "key").h.raw;
	version = hdt_version(table, "key");
	text = read_all(test, &hdt_view_handlers);
	snprintf(expected, sizeof(expected),
		 "key=key owner=fake_owner mode=exclusive handle=%#018llx generation=%llu revision=0 version=%#018llx entry=fixture_double budget=512 captured=9 release=- age=0s calls=- ns=- signature=long num(long x)\n",
		 handle, handle >> 32, version);
	expect_line(test, text, table, expected);
	handle = word_get(table, "word").h.raw;
	version = hdt_version(table, "word");
	snprintf(expected, sizeof(expected),
		 "key=word owner=built-in mode=shared handle=%#018llx generation=%llu revision=0 version=%#018llx entry=fixture_word budget=1024 captured=0 release=- age=- calls=- ns=- signature=int word(const char * text)\n",
		 handle, handle >> 32, version);
	expect_line(test, text, table, expected);
	KUNIT_EXPECT_EQ(test, 2, count_lines(text, table, ""));
}

static void a_replacement_is_told(struct kunit *test)
{
	struct hdt_table *table = fixture_class_table(test);
	const char *line;

	KUNIT_ASSERT_EQ(test, 0, num_register(table, "key", fixture_double, NULL));
	KUNIT_ASSERT_EQ(test, 0, num_replace(table, "key", 0, fixture_triple, NULL));
	line = find_line(read_all(test, &hdt_view_handlers), table, "key=key ");
	KUNIT_ASSERT_NOT_NULL(test, line);
	KUNIT_EXPECT_NOT_NULL(test, strstr(line, " revision=1 "));
	KUNIT_EXPECT_NOT_NULL(test, strstr(line, " entry=fixture_triple "));
}

static void counts_are_told(struct kunit *test)
{
	struct hdt_table *table = fixture_class_table(test);
	const char *line;
	u64 ns = 0;
	int i, nr;

	KUNIT_ASSERT_EQ(test, 0, num_register(table, "key", fixture_double, NULL));
	KUNIT_ASSERT_EQ(test, 0, hdt_stats_switch(to_registry(table), true));
	for (i = 0; i < 7; i++)
		by_key(table, "key", 1);
	line = find_line(read_all(test, &hdt_view_handlers), table, "key=key ");
	KUNIT_ASSERT_NOT_NULL(test, line);
	line = strstr(line, " calls=");
	KUNIT_ASSERT_NOT_NULL(test, line);
	nr = sscanf(line, " calls=7 ns=%llu", &ns);
	KUNIT_EXPECT_EQ(test, 1, nr);
}

static void what_is_retained_is_told(struct kunit *test)
{
	struct hdt_table *table = fixture_class_table(test);
	struct hdt_opts opts = { .release = fixture_release };
	static int released;
	const char *text;

	released = 0;
	KUNIT_ASSERT_EQ(test, 0, num_register(table, "plain", fixture_double, NULL));
	KUNIT_ASSERT_EQ(test, 0, num_register_opts(table, "key", fixture_double, &released, &opts));
	text = read_all(test, &hdt_view_retained);
	expect_line(test, text, table,
		    "key=key owner=built-in captured=0 release=fixture_release age=0s calls=- ns=-\n");
	KUNIT_EXPECT_EQ(test, 1, count_lines(text, table, ""));
	KUNIT_EXPECT_EQ(test, 0, hdt_unregister(table, "key"));
	KUNIT_EXPECT_EQ(test, 1, released);
}

/* Any key comes back as it was, and no byte of it is taken for anything else. */
static void every_byte_survives(struct kunit *test)
{
	struct hdt_table *table = fixture_class_table(test);
	char key[4] = "a.b", got[16], head[32];
	const char *text, *line, *end;
	int byte, len;

	for (byte = 1; byte < 256; byte++) {
		key[1] = byte;
		KUNIT_ASSERT_EQ(test, 0, num_register(table, key, fixture_double, NULL));
	}
	text = read_all(test, &hdt_view_handlers);
	len = snprintf(head, sizeof(head), "table=%s ", to_registry(table)->name);
	byte = 0;
	for (line = text; line; line = next_line(line)) {
		if (strncmp(line, head, len))
			continue;
		line += len + strlen("key=");
		end = strchr(line, ' ');
		KUNIT_ASSERT_NOT_NULL(test, end);
		KUNIT_ASSERT_LT(test, end - line, sizeof(got));
		strscpy(got, line, end - line + 1);
		for (; line < end; line++)
			KUNIT_EXPECT_TRUE(test, *line > ' ' && *line < 0x7f && *line != '"');
		KUNIT_EXPECT_EQ(test, 3, string_unescape_inplace(got, UNESCAPE_HEX));
		key[1] = ++byte;
		KUNIT_EXPECT_STREQ(test, key, got);
		KUNIT_EXPECT_EQ(test, 0, strncmp(end, " owner=built-in mode=", 21));
	}
	KUNIT_EXPECT_EQ(test, 255, byte);
}

static void a_table_is_told(struct kunit *test)
{
	const struct fixture_class *class = test->param_value;
	struct hdt_table_opts opts = { .sleepable = class->sleepable, .max_handlers = 7,
				       .autoload = true, .stats = true };
	struct hdt_table *table = fixture_table_of(test, &opts, fixture(test)->owner);
	char expected[160];

	KUNIT_ASSERT_EQ(test, 0, num_register(table, "key", fixture_double, NULL));
	KUNIT_EXPECT_EQ(test, -ENOENT, by_key(table, "nobody", 1));
	snprintf(expected, sizeof(expected),
		 "creator=fake_owner class=%s state=live handlers=1 max=7 autoload=on stats=on refused=1\n",
		 class->name);
	expect_line(test, read_all(test, &hdt_view_tables), table, expected);
	KUNIT_ASSERT_EQ(test, 0, __hdt_table_destroy(table, fixture(test)->owner));
	snprintf(expected, sizeof(expected),
		 "creator=fake_owner class=%s state=destroyed handlers=0 max=7 autoload=on stats=on refused=1\n",
		 class->name);
	expect_line(test, read_all(test, &hdt_view_tables), table, expected);
}

static void odd_names_are_told(struct kunit *test)
{
	struct hdt_table *table = fixture_table_named(test, "odd \"name\"\\\n", NULL, NULL);
	static const char shown[] = "odd\\x20\\x22name\\x22\\x5c\\x0a";
	char expected[64], command[64];

	KUNIT_ASSERT_EQ(test, 0, num_register(table, "key", fixture_double, NULL));
	snprintf(expected, sizeof(expected), "table=%s key=key ", shown);
	KUNIT_EXPECT_NOT_NULL(test, strstr(read_all(test, &hdt_view_handlers), expected));
	snprintf(command, sizeof(command), "+%s\n", shown);
	KUNIT_EXPECT_EQ(test, 0, hdt_view_switch(command));
	KUNIT_EXPECT_TRUE(test, hdt_stats_on(to_registry(table)));
}

static void refusals_are_told(struct kunit *test)
{
	struct hdt_table *table = fixture_class_table(test);
	const char *text;

	KUNIT_ASSERT_EQ(test, 0, num_register(table, "key", fixture_double, NULL));
	KUNIT_EXPECT_EQ(test, -ENOENT, by_key(table, "nobody", 1));
	KUNIT_EXPECT_EQ(test, -ENOENT, by_key(table, "nobody", 1));
	KUNIT_EXPECT_EQ(test, -EPROTOTYPE, word_call(table, "key", NULL, ""));
	text = read_all(test, &hdt_view_refusals);
	expect_line(test, text, table, "count=2 err=-2 reason=no such key\n");
	expect_line(test, text, table, "count=1 err=-91 reason=signature differs\n");
	KUNIT_EXPECT_EQ(test, 2, count_lines(text, table, ""));
}

/* [G1] A batch on its way is as little seen as called. */
static void what_is_pending_is_not_shown(struct kunit *test)
{
	struct hdt_table *table = fixture_class_table(test);
	struct hdt_registry *registry = to_registry(table);
	struct hdt_desc *desc;

	KUNIT_ASSERT_EQ(test, 0, num_register(table, "key", fixture_double, NULL));
	desc = fixture_desc(test, table, "key");
	desc->meta |= HDT_F_PENDING;
	KUNIT_EXPECT_EQ(test, -ENOENT, by_key(table, "key", 1));
	KUNIT_EXPECT_EQ(test, 0, count_lines(read_all(test, &hdt_view_handlers), table, ""));
	registry->batch_visible = 1;
	KUNIT_EXPECT_EQ(test, 2, by_key(table, "key", 1));
	KUNIT_EXPECT_EQ(test, 1, count_lines(read_all(test, &hdt_view_handlers), table, ""));
	registry->batch_visible = 0;
	desc->meta &= ~HDT_F_PENDING;
}

/* [G6] Nothing is followed that an overwritten descriptor points to. */
static void what_was_overwritten_is_not_shown(struct kunit *test)
{
	struct hdt_table *table = fixture_class_table(test);
	struct hdt_desc *desc;

	KUNIT_ASSERT_EQ(test, 0, num_register(table, "key", fixture_double, NULL));
	desc = fixture_desc(test, table, "key");
	desc->source = (void *)desc->source + 8;
	KUNIT_EXPECT_EQ(test, 0, count_lines(read_all(test, &hdt_view_handlers), table, ""));
	desc->source = (void *)desc->source - 8;
	KUNIT_EXPECT_EQ(test, 1, count_lines(read_all(test, &hdt_view_handlers), table, ""));
}

static void what_was_removed_is_not_shown(struct kunit *test)
{
	struct hdt_table *table = fixture_class_table(test);

	KUNIT_ASSERT_EQ(test, 0, num_register(table, "key", fixture_double, NULL));
	KUNIT_ASSERT_EQ(test, 0, hdt_unregister_async(table, "key"));
	KUNIT_EXPECT_EQ(test, 0, count_lines(read_all(test, &hdt_view_handlers), table, ""));
}

#define MANY	600

static void register_many(struct kunit *test, struct hdt_table *table, int from, int to)
{
	char key[8];
	int i;

	for (i = from; i < to; i++) {
		snprintf(key, sizeof(key), "%d", i);
		KUNIT_ASSERT_EQ(test, 0, num_register(table, key, fixture_double, NULL));
	}
}

static void expect_once_each(struct kunit *test, struct reader *reader, struct hdt_table *table,
			     int from, int to)
{
	const char *text = read_rest(test, reader);
	char key[16];
	int i;

	for (i = from; i < to; i++) {
		snprintf(key, sizeof(key), "key=%d ", i);
		KUNIT_ASSERT_EQ_MSG(test, 1, count_lines(text, table, key), "%s", key);
	}
}

/* However little of it is read at a time. */
static void each_is_shown_once(struct kunit *test)
{
	struct hdt_table *table = fixture_class_table(test);
	struct reader *reader = open(test, &hdt_view_handlers);

	register_many(test, table, 0, MANY);
	while (read_some(test, reader, 1 + get_random_u32() % 500))
		;
	expect_once_each(test, reader, table, 0, MANY);
}

/* What was there all the time is, whatever comes and goes, and moves, meanwhile. */
static void a_change_does_not_disturb(struct kunit *test)
{
	struct hdt_table *table = fixture_class_table(test);
	struct reader *reader = open(test, &hdt_view_handlers);
	char key[8];
	int i;

	register_many(test, table, 0, MANY);
	for (i = 0; i < MANY / 2; i++) {
		KUNIT_ASSERT_GT(test, read_some(test, reader, 100), 0);
		register_many(test, table, MANY + 4 * i, MANY + 4 * i + 4);
		/* every second one goes */
		snprintf(key, sizeof(key), "%d", 2 * i);
		KUNIT_ASSERT_EQ(test, 0, hdt_unregister_async(table, key));
	}
	read_rest(test, reader);
	for (i = 1; i < MANY; i += 2)
		expect_once_each(test, reader, table, i, i + 1);
}

/* A reader that stops half-way keeps nobody: not the table, nor its creator. */
static void a_table_can_go_under_a_reader(struct kunit *test)
{
	struct hdt_table *table = fixture_class_table(test);
	struct hdt_table *later = fixture_table(test, NULL);
	struct reader *reader = open(test, &hdt_view_handlers);
	int before;

	register_many(test, table, 0, MANY);
	KUNIT_ASSERT_EQ(test, 0, num_register(later, "later", fixture_double, NULL));
	while (!count_lines(reader->text, table, "key=300 "))
		KUNIT_ASSERT_GT(test, read_some(test, reader, PAGE_SIZE), 0);
	KUNIT_ASSERT_EQ(test, 0, hdt_table_destroy(table));
	before = count_lines(reader->text, table, "");
	read_rest(test, reader);
	/* What seq_file had in its buffer, and no more. */
	KUNIT_EXPECT_LT(test, count_lines(reader->text, table, ""), before + 30);
	KUNIT_EXPECT_EQ(test, 1, count_lines(reader->text, later, "key=later "));
}

/* From any place, and from the start again. */
static void a_file_can_be_read_from_anywhere(struct kunit *test)
{
	struct hdt_table *table = fixture_class_table(test);
	struct reader *reader = open(test, &hdt_view_handlers);
	char *whole;
	int i;

	register_many(test, table, 0, 40);
	whole = kunit_kstrdup(test, read_rest(test, reader), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, whole);
	for (i = 0; i < 50; i++) {
		size_t pos = i ? get_random_u32() % strlen(whole) : 0, len;

		reader->pos = pos;
		reader->len = 0;
		len = read_some(test, reader, 300);
		KUNIT_ASSERT_GT(test, len, 0);
		KUNIT_EXPECT_MEMEQ(test, whole + pos, reader->text, len);
	}
}

/* Nobody calls it: an address is not shown, with a name or without. */
static void code_without_a_name_has_no_address(struct kunit *test)
{
	struct hdt_handler handler = num_handler("key", fixture_double, NULL);
	struct hdt_table *table = fixture_class_table(test);
	struct module *owner = fixture(test)->owner;
	u8 *code = kunit_kzalloc(test, 64, GFP_KERNEL);
	const char *text;

	KUNIT_ASSERT_NOT_NULL(test, code);
	owner->mem[MOD_TEXT].base = code;
	owner->mem[MOD_TEXT].size = 64;
	handler.entry = (hdt_entry_t)code;
	KUNIT_ASSERT_EQ(test, 0, __hdt_register(table, &handler, 1, owner));
	text = read_all(test, &hdt_view_handlers);
	KUNIT_EXPECT_NOT_NULL_MSG(test, strstr(text, "entry=? "), "%s", text);
	KUNIT_EXPECT_NULL_MSG(test, strstr(text, "entry=0x"), "%s", text);
}

static int command(const char *sign, struct hdt_table *table, const char *rest)
{
	char text[80];

	snprintf(text, sizeof(text), "%s%s%s", sign, to_registry(table)->name, rest);
	return hdt_view_switch(text);
}

static void statistics_are_switched_by_a_command(struct kunit *test)
{
	struct hdt_table *table = fixture_class_table(test);
	struct hdt_registry *registry = to_registry(table);
	char none[] = "";

	KUNIT_EXPECT_EQ(test, 0, command("+", table, "\n"));
	KUNIT_EXPECT_TRUE(test, hdt_stats_on(registry));
	KUNIT_EXPECT_EQ(test, 0, command("-", table, ""));
	KUNIT_EXPECT_FALSE(test, hdt_stats_on(registry));
	KUNIT_EXPECT_EQ(test, -EINVAL, command("", table, ""));
	KUNIT_EXPECT_EQ(test, -EINVAL, hdt_view_switch(none));
	KUNIT_EXPECT_EQ(test, -ENOENT, command("+", table, "x"));
	KUNIT_EXPECT_EQ(test, -ENOENT, command("+ ", table, ""));
	KUNIT_EXPECT_FALSE(test, hdt_stats_on(registry));
	KUNIT_ASSERT_EQ(test, 0, hdt_table_destroy(table));
	KUNIT_EXPECT_EQ(test, -ENOENT, command("+", table, ""));
}

static struct kunit_case view_cases[] = {
	KUNIT_CASE_PARAM(a_handler_is_told, fixture_each_class),
	KUNIT_CASE_PARAM(a_replacement_is_told, fixture_each_class),
	KUNIT_CASE_PARAM(counts_are_told, fixture_each_class),
	KUNIT_CASE_PARAM(what_is_retained_is_told, fixture_each_class),
	KUNIT_CASE_PARAM(every_byte_survives, fixture_each_class),
	KUNIT_CASE_PARAM(a_table_is_told, fixture_each_class),
	KUNIT_CASE(odd_names_are_told),
	KUNIT_CASE_PARAM(refusals_are_told, fixture_each_class),
	KUNIT_CASE_PARAM(what_is_pending_is_not_shown, fixture_each_class),
	KUNIT_CASE_PARAM(what_was_overwritten_is_not_shown, fixture_each_class),
	KUNIT_CASE_PARAM(what_was_removed_is_not_shown, fixture_each_class),
	KUNIT_CASE_PARAM(each_is_shown_once, fixture_each_class),
	KUNIT_CASE_PARAM(a_change_does_not_disturb, fixture_each_class),
	KUNIT_CASE_PARAM(a_table_can_go_under_a_reader, fixture_each_class),
	KUNIT_CASE_PARAM(a_file_can_be_read_from_anywhere, fixture_each_class),
	KUNIT_CASE_PARAM(code_without_a_name_has_no_address, fixture_each_class),
	KUNIT_CASE_PARAM(statistics_are_switched_by_a_command, fixture_each_class),
	{}
};

static struct kunit_suite view_suite = {
	.name = "hdt_view",
	.init = fixture_init,
	.test_cases = view_cases,
};

kunit_test_suite(view_suite);
