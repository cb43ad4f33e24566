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
BASE_CPPFLAGS := -D_POSIX_C_SOURCE=200809L -iquote lib -iquote hook -iquote $(GEN)
BASE_LDFLAGS :=
# What clang writes by default, Debian 12's valgrind cannot read.
BASE_CFLAGS += $(if $(findstring clang,$(CC)),-gdwarf-4)
MODULES := ldns libssl libcrypto libnghttp2 jansson sqlite3
# Only its headers: it is loaded when it is needed.
LOADED := libcurl
# Asked once, by what builds itself; its own words tell what is missing.
BUILDS := $(filter-out clean help dist uninstall deps lint check check-asan check-agreement check-hostile check-networks \
	fuzz bench demo,$(or $(MAKECMDGOALS),all))
ifneq ($(BUILDS),)
LIBS := $(shell pkg-config --print-errors --libs $(MODULES)) -pthread -ldl
BASE_CPPFLAGS += $(shell pkg-config --silence-errors --cflags $(MODULES) $(LOADED))
endif

SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
ifeq ($(FLAVOUR),asan)
BASE_CFLAGS += $(SANITIZE)
BASE_LDFLAGS += $(SANITIZE)
else ifeq ($(FLAVOUR),fuzz)
BASE_CFLAGS += $(SANITIZE) -fsanitize=fuzzer-no-link
BASE_LDFLAGS += $(SANITIZE)
else
BASE_CFLAGS += -fPIE
BASE_LDFLAGS += -pie -Wl,-z,relro,-z,now
# What this compiler has of these, asked once: HARDENING and FORTIFY.
PROBED := $(GEN)/probed-$(notdir $(lastword $(CC))).mk
ifneq ($(BUILDS),)
-include $(PROBED)
endif
BASE_CFLAGS += $(HARDENING)
# It means nothing without optimization, and a user who sets it knows best.
OPTIMIZED := $(filter-out -O0,$(filter -O%,$(CFLAGS)))
BASE_CPPFLAGS += $(if $(findstring _FORTIFY_SOURCE,$(CPPFLAGS) $(CFLAGS)),,$(if $(OPTIMIZED),$(FORTIFY)))
endif

COMPILE = $(CC) $(BASE_CPPFLAGS) $(CPPFLAGS) $(BASE_CFLAGS) $(CFLAGS) -MMD -MP
LINK = $(CC) $(BASE_CFLAGS) $(CFLAGS) $(BASE_LDFLAGS) $(LDFLAGS)
Q := $(if $(V),,@)
SAY = $(if $(V),@:,@printf '  %-6s %s\n')

LIB_C := $(sort $(wildcard lib/*.c lib/*/*.c))
HOOK_C := $(sort $(wildcard hook/*.c hook/*/*.c))
LIB_O := $(LIB_C:%.c=$(B)/%.o)
HOOK_O := $(HOOK_C:%.c=$(B)/%.o)
LIB := $(B)/libdns01gate.a
PROGRAM := $(B)/dns01gate
MANUALS := $(sort $(wildcard man/*.[1-9]))

.DEFAULT_GOAL := all
.PHONY: all deps check check-asan check-quick check-parts check-agreement check-hostile check-networks FORCE fuzz bench demo install uninstall dist lint manual-findings help clean
.DELETE_ON_ERROR:
.SECONDARY:

all: $(PROGRAM) $(LIB)

# Each line is tried whole. Clang wants to be asked twice for zeros up to its version 15; the processor's
# own checks are x86's; level 3 wants a C library that has it too. No folder of the machine that
# it was built on gets into what is built.
PROBES := \
	-fstack-clash-protection \
	-ftrivial-auto-var-init=zero \
	'-ftrivial-auto-var-init=zero -enable-trivial-auto-var-init-zero-knowing-it-will-be-removed-from-clang' \
	-fcf-protection=full \
	'-ffile-prefix-map=$$(CURDIR)=.'

# Without a compiler there is nothing to be asked yet.
$(GEN)/probed-%.mk: Makefile
	$(Q)mkdir -p $(@D); last=; level=3; \
	takes() { printf '%b\n' "$$1" | $(CC) -O2 -Werror $$2 -S -x c -o - - >/dev/null 2>&1; }; \
	takes 'int x;' || exit 0; \
	for flags in $(PROBES); do \
		case $$flags in "$$last "*) continue;; esac; \
		if takes 'int x;' "$$flags"; then echo "HARDENING += $$flags"; last=$$flags; fi; \
	done > $@; \
	takes '#include <stdlib.h>\n#if __USE_FORTIFY_LEVEL < 3\n#error\n#endif' \
		'-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3' || level=2; \
	echo "FORTIFY := -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=$$level" >> $@

# ---- the program ---------------------------------------------------------------------------------

$(PROGRAM): $(HOOK_O) $(LIB)
	$(SAY) LINK $@
	$(Q)$(LINK) -o $@ $^ $(LIBS)

$(LIB): $(LIB_O)
	$(SAY) AR $@
	$(Q)rm -f $@ && $(AR) rcs $@ $^

LISTS := $(GEN)/check_list.h $(GEN)/engine_list.h $(GEN)/command_list.h $(GEN)/publisher_list.h $(GEN)/version.h

# The library can become a shared one; the program is position-independent anyway.
$(LIB_O): BASE_CFLAGS += $(if $(filter plain,$(FLAVOUR)),-fPIC)

$(B)/%.o: %.c | $(LISTS)
	$(SAY) CC $@
	$(Q)mkdir -p $(@D) && $(COMPILE) -c -o $@ $<

# Headers that the files and the version here make: written anew when they would say something else, so that a file
# that is deleted and a version that is changed reach what depends on them.
generated = @mkdir -p $(@D) && { $(1); } > $@.new && if cmp -s $@.new $@; then rm $@.new; else mv $@.new $@; fi

# Lists of the files that end with a const struct: adding one of them touches nothing else. $(1) are the
# files, $(2) is the type, $(3) the array, $(4) what stands before each name.
list = for n in $(basename $(notdir $(1))); do echo "extern const struct $(2) $(4)$$n;"; done; \
	echo "static const struct $(2) *const $(3)[] = {"; \
	for n in $(basename $(notdir $(1))); do echo "	&$(4)$$n,"; done; echo '};'

$(GEN)/check_list.h: FORCE
	$(call generated,$(call list,$(sort $(wildcard lib/check/check_*.c)),dg_check,checks,dg_))

$(GEN)/engine_list.h: FORCE
	$(call generated,$(call list,$(sort $(wildcard lib/places/engine_*.c)),dg_engine,engines,dg_))

$(GEN)/command_list.h: FORCE
	$(call generated,$(call list,$(sort $(wildcard hook/cmd/*.c hook/client/*.c)),command,commands,command_))

$(GEN)/publisher_list.h: FORCE
	$(call generated,$(call list,$(sort $(wildcard hook/publish/publish_*.c)),publisher,publishers,))

$(GEN)/version.h: FORCE
	$(call generated,echo '#define DG_VERSION "$(VERSION)"')

-include $(LIB_O:.o=.d) $(HOOK_O:.o=.d)

include tests/tests.mk

# ---- everything else -----------------------------------------------------------------------------

# SHELL:FILE below share.
COMPLETIONS := bash:bash-completion/completions/dns01gate zsh:zsh/site-functions/_dns01gate \
	fish:fish/vendor_completions.d/dns01gate.fish

install: all
	install -d $(DESTDIR)$(BINDIR) $(DESTDIR)$(LIBDIR)/pkgconfig $(DESTDIR)$(INCLUDEDIR) $(DESTDIR)$(DOCDIR)
	install -m 755 $(PROGRAM) $(DESTDIR)$(BINDIR)/dns01gate
	install -m 644 $(LIB) $(DESTDIR)$(LIBDIR)/libdns01gate.a
	install -m 644 lib/dns01gate.h $(DESTDIR)$(INCLUDEDIR)/dns01gate.h
	sed -e 's|@PREFIX@|$(PREFIX)|' -e 's|@VERSION@|$(VERSION)|' lib/dns01gate.pc.in \
		> $(DESTDIR)$(LIBDIR)/pkgconfig/dns01gate.pc
	for m in $(MANUALS); do install -D -m 644 $$m $(DESTDIR)$(MANDIR)/man$${m##*.}/$${m##*/}; done
	set -e; $(foreach c,$(COMPLETIONS),install -d $(DESTDIR)$(PREFIX)/share/$(dir $(lastword $(subst :, ,$c))); \
		$(PROGRAM) completion $(firstword $(subst :, ,$c)) > $(DESTDIR)$(PREFIX)/share/$(lastword $(subst :, ,$c));)
	cp -R examples $(DESTDIR)$(DOCDIR)/
	install -m 644 README.md CHANGES LICENSE $(DESTDIR)$(DOCDIR)/

uninstall:
	rm -f $(DESTDIR)$(BINDIR)/dns01gate $(DESTDIR)$(LIBDIR)/libdns01gate.a \
		$(DESTDIR)$(INCLUDEDIR)/dns01gate.h $(DESTDIR)$(LIBDIR)/pkgconfig/dns01gate.pc
	rm -f $(foreach c,$(COMPLETIONS),$(DESTDIR)$(PREFIX)/share/$(lastword $(subst :, ,$c)))
	for m in $(MANUALS); do rm -f $(DESTDIR)$(MANDIR)/man$${m##*.}/$${m##*/}; done
	rm -rf $(DESTDIR)$(DOCDIR)

dist:
	git archive --format=tar.gz --prefix=dns01gate-$(VERSION)/ -o dns01gate-$(VERSION).tar.gz HEAD

clean:
	rm -rf build

# The manual's list of findings, anew.
manual-findings:
	awk -f man/findings.awk lib/findings.def man/dns01gate.1 > man/dns01gate.1.new
	mv man/dns01gate.1.new man/dns01gate.1

help:
	@echo 'make              build the program and the library into build/plain'
	@echo 'make demo         see it wait for a record, in a DNS world of its own on this machine'
	@echo 'make check        all tests; installs what they need'
	@echo 'make check-quick  the tests that need no servers'
	@echo 'make check-parts  of them those in virtual time, without the program itself'
	@echo '    T=PATTERN     of any of these only the tests with that in their name'
	@echo 'make check-asan   the same with address and undefined behaviour sanitizers'
	@echo 'make check-agreement   a thousand random signed worlds, beside Unbound'
	@echo 'make fuzz         fuzz, FUZZ_SECONDS (600) each target'
	@echo 'make check-hostile     five hundred seeds of random answers, with sanitizers'
	@echo 'make check-networks    2,000 signed worlds behind bad networks in virtual time, then real servers, beside Unbound'
	@echo 'make bench        measure, beside lego'
	@echo 'make deps         install what is missing to build and test'
	@echo 'make lint         format, static analysis, manuals'
	@echo 'make manual-findings   the list of findings in the manual, from lib/findings.def'
	@echo 'make install      to PREFIX ($(PREFIX)), below DESTDIR; make uninstall'
	@echo 'make dist         a source archive'
	@echo 'CC=clang, FLAVOUR=plain|asan, V=1 (show commands), PREFIX, DESTDIR'
