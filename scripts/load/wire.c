/* Connections and answers: connect, TLS by OpenSSL where the build has it, and as much of HTTP/1.1 as our servers
   speak: an answer has a Content-Length, or no body (204, 304). */
#define _GNU_SOURCE
#include "wire.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#ifdef WITH_TLS
#include <openssl/err.h>
#include <openssl/ssl.h>
static SSL_CTX *context;
#endif

void wire_setup(bool tls) {
    if (!tls) return;
#ifdef WITH_TLS
    context = SSL_CTX_new(TLS_client_method());
    if (context && SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION) == 1) {
        SSL_CTX_set_verify(context, SSL_VERIFY_NONE, NULL); /* its certificate was made for this run */
        SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF); /* every student is new here */
        return;
    }
#endif
    fputs("bell: this build has no TLS 1.3; install libssl-dev\n", stderr);
    exit(2);
}

struct wire *wire_open(const struct sockaddr_in *to, unsigned number) {
    struct wire *wire = calloc(1, sizeof *wire);
    if (!wire) return NULL;
    wire->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    struct sockaddr_in from = {.sin_family = AF_INET};
    from.sin_addr.s_addr = htonl(0x7f000100u + 1 + number % 250); /* one address has only some 28,000 ports */
    int on = 1;
    bool made = wire->fd >= 0 && !setsockopt(wire->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) &&
                !setsockopt(wire->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on) &&
                !bind(wire->fd, (struct sockaddr *)&from, sizeof from) &&
                (!connect(wire->fd, (const struct sockaddr *)to, sizeof *to) || errno == EINPROGRESS);
    if (!made) {
        wire_close(wire);
        return NULL;
    }
    return wire;
}

static bool connected(const struct wire *wire) {
    int error = 0;
    socklen_t size = sizeof error;
    return !getsockopt(wire->fd, SOL_SOCKET, SO_ERROR, &error, &size) && !error;
}

enum wire_state wire_continue(struct wire *wire) {
    if (!connected(wire)) return WIRE_LOST;
#ifdef WITH_TLS
    if (context) {
        SSL *tls = wire->tls;
        if (!tls) {
            tls = wire->tls = SSL_new(context);
            if (!tls || !SSL_set_fd(tls, wire->fd)) return WIRE_LOST;
        }
        ERR_clear_error(); /* or SSL_get_error speaks of another connection's */
        int done = SSL_connect(tls), why = SSL_get_error(tls, done);
        if (done != 1) return why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE ? WIRE_WAITS : WIRE_LOST;
    }
#endif
    wire->open = true;
    return WIRE_DONE;
}

/* A request is small and the socket's buffer empty: what does not fit at once never will. */
enum wire_state wire_send(struct wire *wire, const char *bytes, size_t count) {
    wire->left = -1;
    wire->length = 0;
    wire->started = wire->last = false;
    wire->place[0] = 0;
#ifdef WITH_TLS
    if (wire->tls) return SSL_write(wire->tls, bytes, (int)count) == (int)count ? WIRE_WAITS : WIRE_LOST;
#endif
    return send(wire->fd, bytes, count, MSG_NOSIGNAL) == (ssize_t)count ? WIRE_WAITS : WIRE_LOST;
}

/* Bytes read; 0 when there are none yet, -1 at the end. */
static long take(struct wire *wire, char *into, size_t room) {
#ifdef WITH_TLS
    if (wire->tls) {
        ERR_clear_error();
        int got = SSL_read(wire->tls, into, (int)room);
        int why = SSL_get_error(wire->tls, got);
        return got > 0 ? got : why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE ? 0 : -1;
    }
#endif
    ssize_t got = recv(wire->fd, into, room, 0);
    return got > 0 ? got : got < 0 && (errno == EAGAIN || errno == EINTR) ? 0 : -1;
}

static const char *header(const struct wire *wire, const char *name) {
    const char *found = strcasestr(wire->head, name);
    return found ? found + strlen(name) : NULL;
}

/* Understands a whole head; false when it is none of ours. */
static bool understood(struct wire *wire) {
    if (sscanf(wire->head, "HTTP/1.%*d %d", &wire->status) != 1) return false;
    const char *length = header(wire, "\r\ncontent-length:"), *place = header(wire, "\r\nlocation:");
    const char *after = header(wire, "\r\nretry-after:");
    wire->after = after ? (unsigned)strtoul(after, NULL, 10) : 0;
    wire->last = header(wire, "\r\nconnection: close") != NULL;
    bool bare = wire->status == 204 || wire->status == 304;
    if (!length && !bare) return false;
    wire->left = bare ? 0 : strtol(length, NULL, 10);
    if (place) sscanf(place, " %511[^\r\n]", wire->place);
    return wire->left >= 0;
}

static enum wire_state read_head(struct wire *wire) {
    long got = take(wire, wire->head + wire->length, HEAD - 1 - wire->length);
    if (got <= 0) return got ? WIRE_LOST : WIRE_WAITS;
    wire->started = true;
    wire->length += (size_t)got;
    wire->head[wire->length] = 0;
    char *end = strstr(wire->head, "\r\n\r\n");
    if (!end) return wire->length == HEAD - 1 ? WIRE_LOST : wire_read(wire);
    long more = (long)wire->length - (end + 4 - wire->head);
    end[2] = 0; /* names are looked for in the head alone */
    if (!understood(wire) || more > wire->left) return WIRE_LOST;
    wire->left -= more;
    return wire_read(wire);
}

enum wire_state wire_read(struct wire *wire) {
    static char nowhere[65536];
    if (wire->left < 0) return read_head(wire);
    while (wire->left) {
        size_t room = (size_t)wire->left < sizeof nowhere ? (size_t)wire->left : sizeof nowhere;
        long got = take(wire, nowhere, room);
        if (got <= 0) return got ? WIRE_LOST : WIRE_WAITS;
        wire->left -= got;
    }
    wire->used = true;
    return WIRE_DONE;
}

bool wire_ended(struct wire *wire) {
    char one;
    ssize_t got = recv(wire->fd, &one, 1, MSG_PEEK);
    if (got > 0) return !wire->tls; /* TLS may send a ticket; plain HTTP has nothing to say now */
    return got == 0 || (errno != EAGAIN && errno != EINTR);
}

void wire_close(struct wire *wire) {
    if (!wire) return;
#ifdef WITH_TLS
    if (wire->tls) SSL_free(wire->tls);
#endif
    if (wire->fd >= 0) close(wire->fd);
    free(wire);
}
