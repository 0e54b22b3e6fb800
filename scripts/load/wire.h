/* One connection to the server, plain or TLS 1.3, and the answer that is being read from it. Never blocks. */
#ifndef WIRE_H
#define WIRE_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>

enum { HEAD = 4096, PLACE = 512 };
enum wire_state { WIRE_WAITS = 0, WIRE_DONE = 1, WIRE_LOST = -1 };

struct wire {
    int fd;
    void *tls;
    bool open, used;    /* ready to send; has carried an answer before */
    bool started, last; /* a byte of this answer came; the server closes after it */
    int status;
    unsigned after; /* seconds that a refusal asks to wait; 0 when it does not say */
    long left; /* bytes of the body still to come; -1 before its head is whole */
    size_t length;
    char head[HEAD];
    char place[PLACE]; /* where the answer points to, or "" */
};

/* Exits with a message when TLS is asked for and this build has none. */
void wire_setup(bool tls);

/* A connection that is being made, or NULL. `number` chooses one of many loopback addresses to come from. */
struct wire *wire_open(const struct sockaddr_in *to, unsigned number);
enum wire_state wire_continue(struct wire *wire); /* WIRE_DONE when requests may be sent */
enum wire_state wire_send(struct wire *wire, const char *bytes, size_t count);
enum wire_state wire_read(struct wire *wire); /* WIRE_DONE when the answer is whole */
bool wire_ended(struct wire *wire); /* whether the server closed a connection on which nothing was asked */
void wire_close(struct wire *wire);

#endif
