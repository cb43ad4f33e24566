# SPDX-License-Identifier: ISC
# GNU make; no configure step. `make help` lists the targets.

VERSION := 0.1.0

PREFIX ?= /usr/local
BINDIR ?= $(PREFIX)/bin
LIBDIR ?= $(PREFIX)/lib
INCLUDEDIR ?= $(PREFIX)/include
MANDIR ?= $(PREFIX)/share/man
DOCDIR ?= $(PREFIX)/share/doc/dns01gate

# A flavour is a folder below build/ and a set of flags: plain, asan, fuzz.
FLAVOUR ?= plain
B := build/$(FLAVOUR)$(if $(findstring clang,$(CC)),-clang)
GEN := $(B)/gen

# The user's CFLAGS, CPPFLAGS and LDFLAGS come last, and are only ever added to.
CFLAGS ?= -O2 -g
WARNINGS := -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes
BASE_CFLAGS := -std=c11 $(WARNINGS) -fvisibility=hidden -fstack-protector-strong
BASE_CPPFLAGS := -D_POSIX_C_SOURCE=200809L -DDG_VERSION='"$(VERSION)"' -iquote lib -iquote $(GEN)
BASE_LDFLAGS :=
# What clang writes by default, Debian 12's valgrind cannot read.
BASE_CFLAGS += $(if $(findstring clang,$(CC)),-gdwarf-4)
MODULES := ldns libssl libcrypto libnghttp2 jansson
LIBS = $(shell pkg-config --libs $(MODULES) 2>/dev/null) -pthread
BASE_CPPFLAGS += $(shell pkg-config --cflags $(MODULES) 2>/dev/null)

SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
ifeq ($(FLAVOUR),asan)
BASE_CFLAGS += $(SANITIZE)
BASE_LDFLAGS += $(SANITIZE)
else ifeq ($(FLAVOUR),fuzz)
BASE_CFLAGS += $(SANITIZE) -fsanitize=fuzzer-no-link
BASE_LDFLAGS += $(SANITIZE)
else
BASE_CPPFLAGS += $(if $(filter -O%,$(CFLAGS)),-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
BASE_CFLAGS += -fPIE
BASE_LDFLAGS += -pie -Wl,-z,relro,-z,now
endif

COMPILE = $(CC) $(BASE_CPPFLAGS) $(CPPFLAGS) $(BASE_CFLAGS) $(CFLAGS) -MMD -MP
LINK = $(CC) $(BASE_CFLAGS) $(CFLAGS) $(BASE_LDFLAGS) $(LDFLAGS)
Q := $(if $(V),,@)
SAY = $(if $(V),@:,@printf '  %-6s %s\n')

LIB_C := $(sort $(wildcard lib/*.c))
HOOK_C := $(sort $(wildcard hook/*.c))
LIB_O := $(LIB_C:%.c=$(B)/%.o)
HOOK_O := $(HOOK_C:%.c=$(B)/%.o)
LIB := $(B)/libdns01gate.a
PROGRAM := $(B)/dns01gate
MANUALS := $(sort $(wildcard man/*.[1-9]))

.DEFAULT_GOAL := all
.PHONY: all deps check check-asan check-quick check-agreement fuzz bench demo install uninstall dist lint help clean
.DELETE_ON_ERROR:
.SECONDARY:

all: $(PROGRAM) $(LIB)

# ---- the program ---------------------------------------------------------------------------------

$(PROGRAM): $(HOOK_O) $(LIB)
	$(SAY) LINK $@
	$(Q)$(LINK) -o $@ $^ $(LIBS)

$(LIB): $(LIB_O)
	$(SAY) AR $@
	$(Q)rm -f $@ && $(AR) rcs $@ $^

LISTS := $(GEN)/check_list.h $(GEN)/adapter_list.h $(GEN)/publisher_list.h

$(B)/%.o: %.c | $(LISTS)
	$(SAY) CC $@
	$(Q)mkdir -p $(@D) && $(COMPILE) -c -o $@ $<

# Lists of the files that end with a const struct: adding one of them touches nothing else. $(1) is the
# stem, $(2) the type, $(3) the array, $(4) what stands before each name.
list = { names=$$(printf '%s\n' $(basename $(notdir $(sort $(wildcard $(1)_*.c)))) ); \
	for n in $$names; do echo "extern const struct $(2) $(4)$$n;"; done; \
	echo "static const struct $(2) *const $(3)[] = {"; \
	for n in $$names; do echo "	&$(4)$$n,"; done; echo '};'; }

$(GEN)/check_list.h: $(sort $(wildcard lib/check_*.c)) Makefile
	$(Q)mkdir -p $(@D) && $(call list,lib/check,dg_check,checks,dg_) > $@

$(GEN)/adapter_list.h: $(sort $(wildcard hook/adapter_*.c)) Makefile
	$(Q)mkdir -p $(@D) && $(call list,hook/adapter,adapter,adapters,) > $@

$(GEN)/publisher_list.h: $(sort $(wildcard hook/publish_*.c)) Makefile
	$(Q)mkdir -p $(@D) && $(call list,hook/publish,publisher,publishers,) > $@

-include $(LIB_O:.o=.d) $(HOOK_O:.o=.d)

include tests/tests.mk

# ---- everything else -----------------------------------------------------------------------------

install: all
	install -d $(DESTDIR)$(BINDIR) $(DESTDIR)$(LIBDIR)/pkgconfig $(DESTDIR)$(INCLUDEDIR) $(DESTDIR)$(DOCDIR)
	install -m 755 $(PROGRAM) $(DESTDIR)$(BINDIR)/dns01gate
	install -m 644 $(LIB) $(DESTDIR)$(LIBDIR)/libdns01gate.a
	install -m 644 lib/dns01gate.h $(DESTDIR)$(INCLUDEDIR)/dns01gate.h
	sed -e 's|@PREFIX@|$(PREFIX)|' -e 's|@VERSION@|$(VERSION)|' lib/dns01gate.pc.in \
		> $(DESTDIR)$(LIBDIR)/pkgconfig/dns01gate.pc
	for m in $(MANUALS); do install -D -m 644 $$m $(DESTDIR)$(MANDIR)/man$${m##*.}/$${m##*/}; done
	cp -R examples $(DESTDIR)$(DOCDIR)/
	install -m 644 README.md CHANGES LICENSE $(DESTDIR)$(DOCDIR)/

uninstall:
	rm -f $(DESTDIR)$(BINDIR)/dns01gate $(DESTDIR)$(LIBDIR)/libdns01gate.a \
		$(DESTDIR)$(INCLUDEDIR)/dns01gate.h $(DESTDIR)$(LIBDIR)/pkgconfig/dns01gate.pc
	for m in $(MANUALS); do rm -f $(DESTDIR)$(MANDIR)/man$${m##*.}/$${m##*/}; done
	rm -rf $(DESTDIR)$(DOCDIR)

dist:
	git archive --format=tar.gz --prefix=dns01gate-$(VERSION)/ -o dns01gate-$(VERSION).tar.gz HEAD

clean:
	rm -rf build

help:
	@echo 'make              build the program and the library into build/plain'
	@echo 'make demo         see it wait for a record, in a DNS world of its own on this machine'
	@echo 'make check        all tests; installs what they need'
	@echo 'make check-quick  the tests that need no servers'
	@echo 'make check-asan   the same with address and undefined behaviour sanitizers'
	@echo 'make check-agreement   a thousand random signed worlds, beside Unbound'
	@echo 'make fuzz         fuzz, FUZZ_SECONDS (300) each target'
	@echo 'make bench        measure, beside lego'
	@echo 'make deps         install what is missing to build and test'
	@echo 'make lint         format, static analysis, manuals'
	@echo 'make install      to PREFIX ($(PREFIX)), below DESTDIR; make uninstall'
	@echo 'make dist         a source archive'
	@echo 'CC=clang, FLAVOUR=plain|asan, V=1 (show commands), PREFIX, DESTDIR'
