/*
 * ncurses restores the screen on SIGTERM and SIGINT but then exits with status 1, which here means "a
 * violation was found", and does nothing on SIGHUP and SIGQUIT. So these four get a handler that only notes
 * the signal. They are blocked all the time except inside pselect, which makes noting and waiting one
 * atomic thing; SIGWINCH, SIGTSTP and SIGCONT too, since ncurses' own handlers for the first two then never
 * interrupt ncurses itself.
 *
 * A crash cannot return to the loop: its handler runs on a stack of its own and writes strings that were
 * looked up when the terminal was opened, restores the line settings, and lets the signal do what it would
 * have done.
 *
 * Keys: with ESCDELAY at 25 ms a lone Esc is felt at once. A sequence that terminfo does not know arrives in
 * pieces, and its digits must not step threads; so what follows Esc at once as a control sequence is
 * swallowed.
 */
#include "ui/term_curses.h"

#include <errno.h>
#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <wchar.h>

#include <fcntl.h>
#include <langinfo.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <termios.h>
#include <unistd.h>

// The wide functions, whatever the feature macros say.
#ifndef NCURSES_WIDECHAR
#define NCURSES_WIDECHAR 1
#endif
#include <curses.h>

#include "ui/keys.h"

enum { ESC_DELAY_MS = 25, EXIT_STRINGS = 256, ALTERNATE_STACK = 65536 };

static const int ending_signals[] = {SIGTERM, SIGINT, SIGHUP, SIGQUIT};
static const int crash_signals[] = {SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL};

enum {
    N_ENDING = sizeof ending_signals / sizeof ending_signals[0],
    N_CRASH = sizeof crash_signals / sizeof crash_signals[0],
};

/*
 * What handlers read and write. Signals belong to the process, so this cannot be anywhere else; it is written
 * before the handlers are installed, and by them.
 */
static struct {
    volatile sig_atomic_t ending;    // signal that ends the program; 0: none
    volatile sig_atomic_t continued; // SIGCONT came
    int out;                         // where the crash handler writes
    size_t n_exit;                   //
    char exit_strings[EXIT_STRINGS]; // leave the alternate screen, show the cursor, ...
    bool has_settings;               //
    struct termios settings;         // of the line, before
    struct sigaction old_crash[N_CRASH];
} shared;

struct terminal {
    SCREEN *screen;
    FILE *in, *out;
    bool in_opened, out_opened; // by us
    enum theme theme;
    enum depth depth;
    int w, h;
    struct cell *shown; // w * h cells as they are on the terminal
    bool nothing_shown;
    sigset_t old_mask;
    struct sigaction old_ending[N_ENDING], old_continue;
    stack_t old_stack;
    void *stack;
};

/* ---- handlers ---- */

static void note_ending(int signal_number)
{
    shared.ending = signal_number;
}

static void note_continue(int signal_number)
{
    (void)signal_number;
    shared.continued = 1;
}

/* Only functions that may be called here: write, tcsetattr, sigaction, raise. */
static void restore_and_crash(int signal_number)
{
    ssize_t written = write(shared.out, shared.exit_strings, shared.n_exit);

    (void)written;
    if (shared.has_settings)
        tcsetattr(shared.out, TCSANOW, &shared.settings);
    for (int i = 0; i < N_CRASH; i++) {
        if (crash_signals[i] == signal_number)
            sigaction(signal_number, &shared.old_crash[i], NULL);
    }
    raise(signal_number); // blocked until this handler returns
}

static void set_handler(int signal_number, void (*handler)(int), int flags, struct sigaction *old)
{
    struct sigaction action;

    memset(&action, 0, sizeof action);
    action.sa_handler = handler;
    action.sa_flags = flags;
    sigfillset(&action.sa_mask);
    sigaction(signal_number, &action, old);
}

static void install_handlers(struct terminal *t)
{
    sigset_t blocked;

    shared.ending = 0;
    shared.continued = 0;
    sigemptyset(&blocked);
    for (int i = 0; i < N_ENDING; i++) {
        set_handler(ending_signals[i], note_ending, 0, &t->old_ending[i]);
        sigaddset(&blocked, ending_signals[i]);
    }
    set_handler(SIGCONT, note_continue, 0, &t->old_continue);
    sigaddset(&blocked, SIGCONT);
    sigaddset(&blocked, SIGTSTP);
    sigaddset(&blocked, SIGWINCH);
    sigprocmask(SIG_BLOCK, &blocked, &t->old_mask);

    t->stack = malloc(ALTERNATE_STACK);
    stack_t stack = {.ss_sp = t->stack, .ss_size = ALTERNATE_STACK};
    bool own_stack = t->stack != NULL && sigaltstack(&stack, &t->old_stack) == 0;
    for (int i = 0; i < N_CRASH; i++)
        set_handler(crash_signals[i], restore_and_crash, own_stack ? SA_ONSTACK : 0,
                    &shared.old_crash[i]);
}

static void remove_handlers(struct terminal *t)
{
    for (int i = 0; i < N_CRASH; i++)
        sigaction(crash_signals[i], &shared.old_crash[i], NULL);
    if (t->stack != NULL)
        sigaltstack(&t->old_stack, NULL);
    free(t->stack);
    for (int i = 0; i < N_ENDING; i++)
        sigaction(ending_signals[i], &t->old_ending[i], NULL);
    sigaction(SIGCONT, &t->old_continue, NULL);
    sigprocmask(SIG_SETMASK, &t->old_mask, NULL);
}

/* ---- opening and closing ---- */

static void add_exit_string(const char *capability)
{
    const char *text = tigetstr(capability);

    if (text == NULL || (intptr_t)text == -1)
        return;
    // Padding "$<5>" is for terminals of another age: leave it out.
    for (; *text != '\0' && shared.n_exit < sizeof shared.exit_strings; text++) {
        if (text[0] == '$' && text[1] == '<' && strchr(text, '>') != NULL)
            text = strchr(text, '>');
        else
            shared.exit_strings[shared.n_exit++] = *text;
    }
}

static void note_exit_strings(int out)
{
    static const char *const capabilities[] = {"sgr0", "op", "rmkx", "cnorm", "rmcup"};

    shared.out = out;
    shared.n_exit = 0;
    // A crash must not leave the mouse on: what xterm and its kin take to switch it off.
    static const char mouse_off[] = "\033[?1000l\033[?1006l";
    if (tigetstr("kmous") != NULL && (intptr_t)tigetstr("kmous") != -1) {
        memcpy(shared.exit_strings, mouse_off, sizeof mouse_off - 1);
        shared.n_exit = sizeof mouse_off - 1;
    }
    for (size_t i = 0; i < sizeof capabilities / sizeof capabilities[0]; i++)
        add_exit_string(capabilities[i]);
}

/* One color pair for each role. */
static void make_pairs(struct terminal *t)
{
    bool defaults = use_default_colors() == OK;

    for (int role = 0; role < N_ROLES; role++) {
        struct paint paint = theme_paint(t->theme, t->depth, plain((enum role)role));
        short fg = paint.fg, bg = paint.bg;
        if (fg == COLOR_DEFAULT && !defaults)
            fg = COLOR_WHITE;
        if (bg == COLOR_DEFAULT && !defaults)
            bg = COLOR_BLACK;
        init_pair((short)(role + 1), fg, bg);
    }
}

static void start_colors(struct terminal *t, const struct terminal_options *options)
{
    t->depth = options->depth_given ? options->depth : DEPTH_256;
    if (t->depth == DEPTH_NONE || !has_colors() || start_color() != OK) {
        t->depth = DEPTH_NONE;
        return;
    }
    if (COLORS < 256 && t->depth == DEPTH_256)
        t->depth = COLORS >= 16 ? DEPTH_16 : DEPTH_8;
    if (COLORS < 16 && t->depth == DEPTH_16)
        t->depth = DEPTH_8;
    make_pairs(t);
}

/* A stream on the terminal: the given one, the standard one, or /dev/tty. */
static FILE *stream_on_terminal(FILE *given, FILE *standard, const char *mode, bool *opened)
{
    if (given != NULL)
        return given;
    if (isatty(fileno(standard)))
        return standard;
    FILE *tty = fopen("/dev/tty", mode);
    *opened = tty != NULL;
    return tty;
}

static void close_streams(struct terminal *t)
{
    if (t->in_opened)
        fclose(t->in);
    if (t->out_opened)
        fclose(t->out);
}

static bool allocate(struct terminal *t)
{
    int w, h;

    getmaxyx(stdscr, h, w);
    struct cell *shown = realloc(t->shown, (size_t)w * (size_t)h * sizeof *shown);
    if (shown == NULL)
        return false;
    t->shown = shown;
    t->w = w;
    t->h = h;
    t->nothing_shown = true;
    return true;
}

struct terminal *terminal_open(const struct terminal_options *options, const char **why)
{
    struct terminal *t = calloc(1, sizeof *t);

    *why = "out of memory";
    if (t == NULL)
        return NULL;
    t->theme = options->theme;
    t->in = stream_on_terminal(options->in, stdin, "r", &t->in_opened);
    t->out = stream_on_terminal(options->out, stdout, "w", &t->out_opened);
    shared.has_settings = t->out != NULL && tcgetattr(fileno(t->out), &shared.settings) == 0;
    if (t->out != NULL && isatty(fileno(t->out)))
        use_tioctl(TRUE); // the terminal knows its size better than LINES and COLUMNS
    if (t->in != NULL && t->out != NULL)
        t->screen = newterm(options->type, t->out, t->in);
    if (t->screen == NULL) {
        *why = "there is no terminal here that can show a screen";
        close_streams(t);
        free(t);
        return NULL;
    }
    set_term(t->screen);
    note_exit_strings(fileno(t->out));
    install_handlers(t);
    cbreak(); // not raw: Ctrl-C and Ctrl-Z stay what they are
    noecho();
    nonl();
    keypad(stdscr, TRUE);
    nodelay(stdscr, TRUE);
    set_escdelay(ESC_DELAY_MS);
    curs_set(0);
    start_colors(t, options);
    if (!allocate(t)) {
        terminal_close(t);
        return NULL;
    }
    return t;
}

void terminal_close(struct terminal *t)
{
    if (t == NULL)
        return;
    endwin();
    delscreen(t->screen);
    remove_handlers(t);
    close_streams(t);
    free(t->shown);
    free(t);
}

bool terminal_is_utf8(void)
{
    const char *codeset = nl_langinfo(CODESET);

    return strcasecmp(codeset, "UTF-8") == 0 || strcasecmp(codeset, "UTF8") == 0;
}

void terminal_die(void)
{
    int signal_number = shared.ending != 0 ? shared.ending : SIGHUP;
    sigset_t set;

    signal(signal_number, SIG_DFL);
    sigemptyset(&set);
    sigaddset(&set, signal_number);
    raise(signal_number);
    sigprocmask(SIG_UNBLOCK, &set, NULL);
    _exit(128 + signal_number); // the signal is ignored by our parent's wish
}

/* ---- showing ---- */

void terminal_size(const struct terminal *t, int *w, int *h)
{
    *w = t->w;
    *h = t->h;
}

static void put_cell(const struct terminal *t, int x, int y, const struct cell *cell)
{
    struct paint paint = theme_paint(t->theme, t->depth, (struct style){cell->role, cell->attr});
    wchar_t text[2] = {(wchar_t)cell->ch, L'\0'};
    attr_t attributes = A_NORMAL;
    cchar_t c;

    if (cell->ch == 0)
        return; // the character to the left covers it
    if (paint.attr & ATTR_BOLD)
        attributes |= A_BOLD;
    if (paint.attr & ATTR_REVERSE)
        attributes |= A_REVERSE;
    if (paint.attr & ATTR_UNDERLINE)
        attributes |= A_UNDERLINE;
    short pair = 0;
    if (t->depth != DEPTH_NONE)
        pair = (short)(cell->role + 1);
    if (setcchar(&c, text, attributes, pair, NULL) == OK)
        mvadd_wch(y, x, &c);
}

static bool same(const struct cell *a, const struct cell *b)
{
    return a->ch == b->ch && a->role == b->role && a->attr == b->attr;
}

void terminal_show(struct terminal *t, const struct frame *f, bool all)
{
    int w = f->w < t->w ? f->w : t->w, h = f->h < t->h ? f->h : t->h;

    for (int y = 0; y < h; y++) {
        for (int x = 0; x < w; x++) {
            const struct cell *cell = frame_at(f, x, y);
            struct cell *shown = &t->shown[y * t->w + x];
            if (t->nothing_shown || !same(cell, shown))
                put_cell(t, x, y, cell);
            *shown = *cell;
        }
    }
    t->nothing_shown = false;
    if (all)
        clearok(stdscr, TRUE);
    refresh();
}

/* ---- waiting ---- */

static int32_t key_of_code(wint_t code)
{
    static const struct {
        wint_t code;
        int32_t key;
    } keys[] = {
        {KEY_UP, K_UP},         {KEY_DOWN, K_DOWN},       {KEY_LEFT, K_LEFT},
        {KEY_RIGHT, K_RIGHT},   {KEY_HOME, K_HOME},       {KEY_END, K_END},
        {KEY_PPAGE, K_PAGE_UP}, {KEY_NPAGE, K_PAGE_DOWN}, {KEY_IC, K_INSERT},
        {KEY_DC, K_DELETE},     {KEY_BTAB, K_BACK_TAB},   {KEY_BACKSPACE, K_BACKSPACE},
        {KEY_ENTER, K_ENTER},   {KEY_FIND, K_HOME},       {KEY_SELECT, K_END},
    };

    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        if (keys[i].code == code)
            return keys[i].key;
    }
    if (code >= KEY_F(1) && code <= KEY_F(12))
        return K_F1 + (int32_t)(code - KEY_F(1));
    return K_NONE;
}

/* Behind an Esc: takes away a control sequence that nobody knows. True: there was one. */
static bool swallow_sequence(void)
{
    wint_t ch;

    if (get_wch(&ch) == ERR)
        return false;
    if (ch != '[' && ch != 'O') {
        unget_wch((wchar_t)ch);
        return false;
    }
    bool single = ch == 'O';
    while (get_wch(&ch) != ERR) {
        if (single || (ch >= 0x40 && ch <= 0x7E))
            break;
    }
    return true;
}

static int32_t key_of_char(wint_t ch)
{
    if (ch == '\r' || ch == '\n')
        return K_ENTER;
    if (ch == '\b')
        return K_BACKSPACE;
    if (ch == K_ESC && swallow_sequence())
        return K_NONE;
    return (int32_t)ch;
}

enum input { INPUT_NOTHING, INPUT_IGNORED, INPUT_KEY, INPUT_MOUSE, INPUT_SIZE };

static enum input read_mouse(struct terminal_input *input)
{
    MEVENT event;

    if (getmouse(&event) != OK)
        return INPUT_IGNORED;
    input->x = event.x;
    input->y = event.y;
    if (event.bstate & BUTTON4_PRESSED)
        input->action = TERMINAL_WHEEL_UP;
    else if (event.bstate & BUTTON5_PRESSED)
        input->action = TERMINAL_WHEEL_DOWN;
    else if (event.bstate & BUTTON1_PRESSED)
        input->action = TERMINAL_CLICK;
    else
        return INPUT_IGNORED;
    return INPUT_MOUSE;
}

/* One key, if one is there. */
static enum input next_input(struct terminal_input *input)
{
    wint_t ch;
    int status = get_wch(&ch);

    if (status == ERR)
        return INPUT_NOTHING;
    if (status == KEY_CODE_YES && ch == KEY_RESIZE)
        return INPUT_SIZE;
    if (status == KEY_CODE_YES && ch == KEY_MOUSE)
        return read_mouse(input);
    input->key = status == KEY_CODE_YES ? key_of_code(ch) : key_of_char(ch);
    return input->key != K_NONE ? INPUT_KEY : INPUT_IGNORED;
}

/* Readable, but nothing to read: the other side has hung up. */
static bool is_gone(const struct terminal *t)
{
    int n = 0;

    return ioctl(fileno(t->in), FIONREAD, &n) != 0 || n == 0;
}

/* The size may have changed while nobody told us: stopped, or in another session. */
static void look_at_size(struct terminal *t)
{
    struct winsize size;

    if (ioctl(fileno(t->out), TIOCGWINSZ, &size) == 0 && size.ws_row > 0 && size.ws_col > 0 &&
        (size.ws_row != t->h || size.ws_col != t->w))
        resizeterm(size.ws_row, size.ws_col);
}

static enum terminal_event after_resize(struct terminal *t)
{
    return allocate(t) ? EVENT_RESIZE : EVENT_END;
}

void terminal_set_theme(struct terminal *t, enum theme theme)
{
    t->theme = theme;
    if (t->depth != DEPTH_NONE)
        make_pairs(t);
    t->nothing_shown = true;
}

void terminal_set_mouse(struct terminal *t, bool on)
{
    (void)t;
    mousemask(on ? BUTTON1_PRESSED | BUTTON4_PRESSED | BUTTON5_PRESSED : 0, NULL);
    mouseinterval(0); // a press is a click: nobody waits for the release
}

/* Standard base 64, RFC 4648. */
static void write_base64(FILE *out, const char *text)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    for (size_t i = 0, n = strlen(text); i < n; i += 3) {
        uint32_t bits = (uint32_t)(unsigned char)text[i] << 16;
        bits |= i + 1 < n ? (uint32_t)(unsigned char)text[i + 1] << 8 : 0;
        bits |= i + 2 < n ? (uint32_t)(unsigned char)text[i + 2] : 0;
        fputc(digits[bits >> 18 & 63], out);
        fputc(digits[bits >> 12 & 63], out);
        fputc(i + 1 < n ? digits[bits >> 6 & 63] : '=', out);
        fputc(i + 2 < n ? digits[bits & 63] : '=', out);
    }
}

void terminal_copy(struct terminal *t, const char *text)
{
    fputs("\033]52;c;", t->out);
    write_base64(t->out, text);
    fputs("\033\\", t->out);
    fflush(t->out);
}

enum terminal_event terminal_wait(struct terminal *t, int milliseconds,
                                  struct terminal_input *input)
{
    bool readable = false;

    for (;;) {
        if (shared.ending != 0)
            return EVENT_END;
        if (shared.continued) {
            shared.continued = 0;
            look_at_size(t);
            clearok(stdscr, TRUE);
            return after_resize(t);
        }
        switch (next_input(input)) {
        case INPUT_KEY:
            return EVENT_KEY;
        case INPUT_MOUSE:
            return EVENT_MOUSE;
        case INPUT_SIZE:
            return after_resize(t);
        case INPUT_IGNORED:
            readable = false;
            continue;
        case INPUT_NOTHING:
            break;
        }
        if (readable && is_gone(t))
            return EVENT_END;
        fd_set set;
        FD_ZERO(&set);
        FD_SET(fileno(t->in), &set);
        struct timespec time = {milliseconds / 1000, milliseconds % 1000 * 1000000L};
        int n = pselect(fileno(t->in) + 1, &set, NULL, NULL, milliseconds >= 0 ? &time : NULL,
                        &t->old_mask);
        if (n < 0 && errno != EINTR)
            return EVENT_END;
        if (n == 0)
            return EVENT_TICK;
        readable = n > 0;
    }
}
