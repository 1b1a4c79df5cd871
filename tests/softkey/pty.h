/* SPDX-License-Identifier: BSD-2-Clause */
/* The pseudo-terminal that libfido2 opens as if it were a hidraw node. */
#ifndef SOFTKEY_PTY_H
#define SOFTKEY_PTY_H

struct pty {
	int master; /* non-blocking, -1 once unplugged */
	int slave;  /* kept open, so that its settings live on */
	char path[64];
	const char *link; /* the symlink we made, or NULL */
};

/* Opens the pair in raw mode with reads of whole reports, becomes the
 * owner of the terminal (so that no client acquires it), and points link
 * at it. Ends the process when something fails. The caller must be the
 * leader of a session without a terminal. */
void pty_open(struct pty *pty, const char *link);

/* Reads of the slave return once bytes are there: 64, or 1 to let a
 * short report through. */
void pty_set_report_size(const struct pty *pty, unsigned int bytes);

/* Drops what clients have not read. */
void pty_drop_unread(const struct pty *pty);

/* Removes the link and closes both ends, as unplugging would. */
void pty_close(struct pty *pty);

#endif
