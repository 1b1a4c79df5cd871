/* SPDX-License-Identifier: BSD-2-Clause */
/* Whose socket is connected to, and whose is not: src/agent/socket.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "agent/socket.h"
#include "scratch.h"
#include "wire/channel.h"

enum {
	SOMEBODY = 4321
};

static const char *dir;
static char path[128];
static struct agent_place place;
static struct att_reason why;
static int listener = -1, ours = -1, fd = -1;

static int
set_up(void **state)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fds[2];

	assert_int_equal(scratch_setup(state), 0);
	dir = *state;
	snprintf(path, sizeof(path), "%s/agent", dir);
	memcpy(at.sun_path, path, strlen(path) + 1);
	listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_true(listener >= 0);
	assert_int_equal(
	    bind(listener, (const struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(listen(listener, 0), 0);
	assert_int_equal(att_channel_pair(fds), ATT_OK);
	ours = fds[0];
	place = (struct agent_place){ path, geteuid(), fds[1] };
	why = (struct att_reason){ 0 };
	return 0;
}

static int
tear_down(void **state)
{
	close(listener);
	close(place.channel);
	if (ours >= 0)
		close(ours);
	if (fd >= 0)
		close(fd);
	fd = -1;
	return scratch_teardown(state);
}

static enum att_err
connect_to_place(void)
{
	enum att_err err = agent_connect(&place, &fd, &why);

	assert_true((err == ATT_OK) == (fd >= 0));
	return err;
}

static void
connects_to_the_callers_own(void **state)
{
	(void)state;
	assert_int_equal(connect_to_place(), ATT_OK);
	assert_true((fcntl(fd, F_GETFL) & O_NONBLOCK) != 0);
	assert_true((fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0);
}

static void
rejects_a_socket_of_somebody_else(void **state)
{
	(void)state;
	place.uid = SOMEBODY;
	assert_int_equal(connect_to_place(), ATT_ERR_AGENT_NOT_OWNED);
	assert_non_null(strstr(why.text, "the caller is 4321"));
}

/* The file was given away, or put there; who listens is somebody else. */
static void
rejects_a_listener_that_is_somebody_else(void **state)
{
	(void)state;
	if (geteuid() != 0)
		skip(); /* only root can give it away */
	assert_int_equal(chown(path, SOMEBODY, SOMEBODY), 0);
	place.uid = SOMEBODY;
	assert_int_equal(connect_to_place(), ATT_ERR_AGENT_NOT_OWNED);
	assert_non_null(strstr(why.text, "who listens"));
}

static void
rejects_a_link_to_it(void **state)
{
	char link[160];

	(void)state;
	snprintf(link, sizeof(link), "%s/link", dir);
	assert_int_equal(symlink(path, link), 0);
	place.path = link;
	assert_int_equal(connect_to_place(), ATT_ERR_AGENT_NOT_OWNED);
	assert_non_null(strstr(why.text, "symbolic link"));
}

static void
rejects_what_is_no_socket(void **state)
{
	(void)state;
	place.path = dir;
	assert_int_equal(connect_to_place(), ATT_ERR_AGENT_NOT_OWNED);
	place.path = "/dev/null";
	assert_int_equal(connect_to_place(), ATT_ERR_AGENT_NOT_OWNED);
}

static void
rejects_a_path_that_is_not_absolute(void **state)
{
	(void)state;
	place.path = "agent";
	assert_int_equal(connect_to_place(), ATT_ERR_AGENT_NOT_OWNED);
	place.path = "@agent";
	assert_int_equal(connect_to_place(), ATT_ERR_AGENT_NOT_OWNED);
	place.path = "";
	assert_int_equal(connect_to_place(), ATT_ERR_AGENT_NOT_OWNED);
}

static void
rejects_a_place_where_nobody_is(void **state)
{
	char missing[160];

	(void)state;
	snprintf(missing, sizeof(missing), "%s/missing", dir);
	place.path = missing;
	assert_int_equal(connect_to_place(), ATT_ERR_AGENT_UNREACHABLE);
	close(listener);
	place.path = path;
	assert_int_equal(connect_to_place(), ATT_ERR_AGENT_UNREACHABLE);
	assert_non_null(strstr(why.text, path));
}

/* As a part of it, it would be another path. */
static void
rejects_a_path_that_no_socket_can_have(void **state)
{
	char deep[256], name[100];

	(void)state;
	memset(name, 'a', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	snprintf(deep, sizeof(deep), "%s/%s", dir, name);
	assert_int_equal(mkdir(deep, 0700), 0);
	snprintf(deep, sizeof(deep), "%s/%s/../agent", dir, name);
	place.path = deep;
	assert_int_equal(connect_to_place(), ATT_ERR_AGENT_UNREACHABLE);
	assert_non_null(strstr(why.text, "at most 107"));
	deep[strlen(dir) + 1 + strlen(name)] = '\0';
	assert_int_equal(rmdir(deep), 0);
}

/* A queue that is full is waited for, but not when nobody waits for us. */
static void
waits_for_its_turn(void **state)
{
	int first = -1;

	(void)state;
	assert_int_equal(connect_to_place(), ATT_OK);
	first = fd;
	close(ours);
	ours = -1;
	assert_int_equal(connect_to_place(), ATT_ERR_PEER_GONE);
	close(first);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(connects_to_the_callers_own),
		TEST(rejects_a_socket_of_somebody_else),
		TEST(rejects_a_listener_that_is_somebody_else),
		TEST(rejects_a_link_to_it),
		TEST(rejects_what_is_no_socket),
		TEST(rejects_a_path_that_is_not_absolute),
		TEST(rejects_a_place_where_nobody_is),
		TEST(rejects_a_path_that_no_socket_can_have),
		TEST(waits_for_its_turn),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
