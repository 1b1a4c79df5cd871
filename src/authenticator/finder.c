/* SPDX-License-Identifier: BSD-2-Clause */
/* Looking for FIDO devices in a process of its own. */
#include <sys/mman.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <fido.h>

#include "base/lockdown.h"
#include "finder.h"

enum {
	CHANNEL_FD = 0,
	FINDER_SECONDS = 5,
};

static const struct att_lockdown_limits limits = {
	.cpu_seconds = FINDER_SECONDS,
	.memory = 128 << 20,
	.descriptors = 32,
};

static const char node_prefix[] = "/dev/hidraw";

/* Other transports than HID have no device node that we could open. */
static bool
is_hid_node(const char *path)
{
	size_t prefix = sizeof(node_prefix) - 1;
	size_t digits;

	if (path == NULL || strncmp(path, node_prefix, prefix) != 0)
		return false;
	digits = strspn(path + prefix, "0123456789");
	return digits > 0 && path[prefix + digits] == '\0' &&
	       prefix + digits < ATT_HID_NODE_SIZE;
}

static enum att_err
lock_down(struct att_reason *why)
{
	static const struct att_lockdown_path published[] = {
		{ "/sys", ATT_ACCESS_READ },
		{ "/run/udev", ATT_ACCESS_READ },
	};
	enum {
		PUBLISHED = sizeof(published) / sizeof(published[0])
	};
	struct att_lockdown_path paths[PUBLISHED + ATT_HID_NODES_MAX];
	char nodes[ATT_HID_NODES_MAX][ATT_HID_NODE_SIZE];
	enum att_err err;
	bool is_enforced; /* the verifier logs a kernel without Landlock */

	memcpy(paths, published, sizeof(published));
	for (unsigned int i = 0; i < ATT_HID_NODES_MAX; i++) {
		snprintf(nodes[i], sizeof(nodes[i]), "%s%u", node_prefix, i);
		paths[PUBLISHED + i].path = nodes[i];
		paths[PUBLISHED + i].access = ATT_ACCESS_DEVICE;
	}
	if ((err = att_lockdown_capabilities(why)) != ATT_OK ||
	    (err = att_lockdown_paths(paths, PUBLISHED + ATT_HID_NODES_MAX,
		 &is_enforced, why)) != ATT_OK ||
	    (err = att_lockdown_limits(&limits, why)) != ATT_OK)
		return err;
	return att_lockdown_system_calls(ATT_LOCKDOWN_FINDER, why);
}

static void
note(struct att_sightings *sightings, const fido_dev_info_t *info)
{
	struct att_sighting *seen = &sightings->seen[sightings->count];
	const char *name = fido_dev_info_product_string(info);

	if (!is_hid_node(fido_dev_info_path(info)))
		return;
	snprintf(
	    seen->path, sizeof(seen->path), "%s", fido_dev_info_path(info));
	snprintf(
	    seen->name, sizeof(seen->name), "%s", name != NULL ? name : "");
	sightings->count++;
}

static int
search(struct att_sightings *sightings)
{
	fido_dev_info_t *infos = fido_dev_info_new(ATT_DEVICES_MAX);
	size_t count = 0;

	if (infos == NULL)
		return EXIT_FAILURE;
	/* A machine without udev or without any HID device has none. */
	if (fido_dev_info_manifest(infos, ATT_DEVICES_MAX, &count) != FIDO_OK)
		count = 0;
	for (size_t i = 0; i < count && i < ATT_DEVICES_MAX; i++)
		note(sightings, fido_dev_info_ptr(infos, i));
	fido_dev_info_free(&infos, ATT_DEVICES_MAX);
	return EXIT_SUCCESS;
}

/* The channel goes first: nobody but the supervisor speaks on it. */
static int
run(struct att_sightings *sightings)
{
	if (dup2(STDERR_FILENO, CHANNEL_FD) != CHANNEL_FD)
		return EXIT_FAILURE;
	att_lockdown_deadline(FINDER_SECONDS);
	if (lock_down(NULL) != ATT_OK)
		return EXIT_FAILURE;
	return search(sightings);
}

static bool
is_wellformed(const struct att_sightings *sightings)
{
	if (sightings->count > ATT_DEVICES_MAX)
		return false;
	for (size_t i = 0; i < sightings->count; i++) {
		const struct att_sighting *seen = &sightings->seen[i];

		if (memchr(seen->path, 0, sizeof(seen->path)) == NULL ||
		    memchr(seen->name, 0, sizeof(seen->name)) == NULL ||
		    !is_hid_node(seen->path))
			return false;
	}
	return true;
}

static enum att_err
await(pid_t pid, struct att_reason *why)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return att_refuse_plain(why, ATT_ERR_SYSTEM);
	if (WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SUCCESS)
		return ATT_OK;
	return att_refuse(why, ATT_ERR_SANDBOX,
	    "the search for security keys ended badly (status 0x%x)", status);
}

enum att_err
att_finder_run(struct att_sightings *sightings, struct att_reason *why)
{
	enum att_err err;
	pid_t pid;
	struct att_sightings *shared = mmap(NULL, sizeof(*shared),
	    PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	memset(sightings, 0, sizeof(*sightings));
	if (shared == MAP_FAILED)
		return att_refuse_plain(why, ATT_ERR_NO_MEMORY);
	pid = fork();
	if (pid == 0)
		_exit(run(shared));
	err = pid < 0 ? att_refuse_plain(why, ATT_ERR_SYSTEM) : await(pid, why);
	/* Nobody else can write to it any more. */
	if (err == ATT_OK && !is_wellformed(shared))
		err = att_refuse(why, ATT_ERR_SANDBOX,
		    "the search for security keys found what is none");
	if (err == ATT_OK)
		memcpy(sightings, shared, sizeof(*sightings));
	munmap(shared, sizeof(*shared));
	return err;
}
