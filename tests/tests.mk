# SPDX-License-Identifier: ISC
# Tests, fuzzing, the demonstration, measurements: included by the Makefile.

TEST_CPPFLAGS := -D_DEFAULT_SOURCE -iquote hook -iquote tests/lib
TESTLIB_O := $(patsubst %.c,$(B)/%.o,$(sort $(wildcard tests/lib/*.c)))
# The program's parts but for main, for tests that call them.
PARTS_O := $(filter-out $(B)/hook/main.o,$(HOOK_O))
UNITS := $(patsubst tests/unit/%.c,$(B)/unit/%,$(sort $(wildcard tests/unit/test_*.c)))
FUZZERS := msg gate validate tsig
REPLAYS := $(FUZZERS:%=$(B)/replay_%)
TEST_PROGRAMS := $(UNITS) $(REPLAYS) $(B)/scenario $(B)/chaos $(B)/live $(B)/world $(B)/hostile $(B)/agree \
	$(B)/log_sink $(B)/update
# Tests mostly sleep.
JOBS ?= $(shell expr 5 \* $$(nproc) / 2)
FUZZ_SECONDS ?= 300
SIGNED := $(sort $(wildcard tests/signed/*.scn))
SCENARIOS := $(sort $(wildcard tests/scenario/*.scn))
# Those that mean something on real sockets too.
NOT_LIVE := $(addprefix tests/scenario/,$(addsuffix .scn,check_ipv6_dead check_nodes check_special_address check_stuck \
	healthy_ipv6 healthy_ipv6_only healthy_resolvers healthy_wait))
LIVE := $(filter tests/scenario/odd_% tests/scenario/chain_%,$(SCENARIOS)) \
	$(filter-out $(NOT_LIVE),$(filter tests/scenario/check_% tests/scenario/caa_% tests/scenario/healthy_%,$(SCENARIOS))) \
	$(addprefix tests/scenario/watch_,$(addsuffix .scn,lag relapse silent two_values joined require_two many_names)) \
	$(addprefix tests/scenario/discover_,$(addsuffix .scn,twenty_servers out_of_zone delegated_challenge \
		parent_and_child_together network_comes_up dead_parent_server))

$(B)/tests/%.o: tests/%.c | $(LISTS)
	$(SAY) CC $@
	$(Q)mkdir -p $(@D) && $(COMPILE) $(TEST_CPPFLAGS) -Wno-missing-prototypes -c -o $@ $<

# Signed messages out of text.
SIGNED_O := $(addprefix $(B)/tests/lib/,signed_msg.o signed_sign.o signed_rsa.o world_keys.o)
COUNT_CRYPTO := -Wl,--wrap=ldns_verify_rrsig_buffers_raw

$(UNITS): LDFLAGS += $(COUNT_CRYPTO)
UNIT_O := $(patsubst %.c,$(B)/%.o,$(sort $(wildcard tests/unit/unit*.c)))
$(addprefix $(B)/unit/,test_plan test_view): $(PARTS_O)
$(UNITS): $(B)/unit/%: $(B)/tests/unit/%.o $(UNIT_O) $(SIGNED_O) $(LIB)
	$(SAY) LINK $@
	$(Q)mkdir -p $(@D) && $(LINK) -o $@ $(filter %.o,$^) $(LIB) $(LIBS) -lcmocka
$(B)/unit/test_hosts: LDFLAGS += -Wl,--wrap=getaddrinfo,--wrap=freeaddrinfo,--wrap=poll
$(B)/unit/test_shortage: LDFLAGS += -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc

$(REPLAYS): $(B)/replay_%: $(B)/tests/fuzz/fuzz_%.o $(B)/tests/fuzz/replay.o $(LIB)
$(B)/replay_validate $(B)/fuzz_validate: $(B)/tests/fuzz/signed_zones.o $(SIGNED_O)
$(B)/replay_validate $(B)/fuzz_validate: LDFLAGS += $(COUNT_CRYPTO),--wrap=ldns_nsec3_hash_name
$(B)/scenario: $(B)/tests/scenario/scenario.o $(TESTLIB_O) $(PARTS_O) $(LIB)
$(B)/chaos: $(B)/tests/scenario/chaos.o $(TESTLIB_O) $(LIB)
$(B)/chaos: LDFLAGS += -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc
$(B)/live: $(B)/tests/live/live.o $(TESTLIB_O) $(LIB)
$(B)/world: $(B)/tests/live/world_main.o $(TESTLIB_O) $(LIB)
$(B)/hostile: $(B)/tests/live/hostile.o $(TESTLIB_O) $(LIB)
$(B)/log_sink: $(B)/tests/live/log_sink.o
$(B)/update: $(B)/tests/live/update_main.o $(LIB)
$(B)/bench_validate: $(B)/tests/bench/validate.o $(SIGNED_O) $(LIB)
$(B)/agree: $(patsubst %.c,$(B)/%.o,$(sort $(wildcard tests/agreement/*.c))) $(TESTLIB_O) $(LIB)
$(B)/agree: LIBS += -lunbound
$(REPLAYS) $(B)/scenario $(B)/chaos $(B)/live $(B)/world $(B)/hostile $(B)/agree $(B)/bench_validate $(B)/log_sink \
	$(B)/update:
	$(SAY) LINK $@
	$(Q)$(LINK) -o $@ $(filter %.o %.a,$^) $(LIBS)

-include $(wildcard $(B)/tests/*/*.d)

# ---- make check ----------------------------------------------------------------------------------

# Lines of "NAME COMMAND" for tests/run.sh: the slow ones first, so that they do not come last.
$(B)/checks: FORCE
	$(Q)mkdir -p $(B)/hostile.d && $(B)/hostile $(B)/hostile.d && { \
	for t in $(wildcard tests/live/test_*.sh); do case $$t in \
		*/test_terminal.sh | */test_render.sh) echo "$$t sh $$t";; \
		*) echo "$$t sh tests/live/rig.sh $(CURDIR)/$$t";; esac; done; \
	for t in $(SIGNED); do echo "$$t sh tests/agreement/agree.sh $(PROGRAM) $$t"; done; \
	echo "agreement sh tests/agreement/agree.sh random 1 40 $(PROGRAM)"; \
	for t in $(LIVE); do echo "live/$$t $(B)/live $(PROGRAM) $$t"; done; \
	$(MAKE) -s --no-print-directory quick-checks; \
	for t in $(B)/hostile.d/*.scn; do echo "$$t $(B)/live $(PROGRAM) $$t"; done; \
	} > $@

quick-checks:
	@for t in $(wildcard tests/tree/test_*.sh tests/cli/test_*.sh tests/adapters/test_*.sh); do echo "$$t sh $$t"; done
	@for t in $(UNITS); do echo "$$t $$t"; done
	@echo "scenarios $(B)/scenario $(SCENARIOS)"
	@for t in relapse lag; do echo "chaos/$$t $(B)/chaos tests/scenario/watch_$$t.scn"; done
	@for t in chain_cname discover_out_of_zone odd_old_values odd_refused_everywhere dnssec_secure dnssec_half_signed \
		resolver_fresh resolver_negative_too_long; do \
		echo "chaos/$$t $(B)/chaos tests/scenario/$$t.scn"; done
	@for t in $(FUZZERS); do echo "replay/$$t $(B)/replay_$$t tests/fuzz/corpus_$$t/*"; done
	@$(if $(VALGRIND),echo "valgrind sh tests/valgrind.sh")

CHECK_ENV = BUILD=$(CURDIR)/$(B) PROGRAM=$(CURDIR)/$(PROGRAM) LIB=$(LIB) CC='$(CC)' $(if $(filter asan,$(FLAVOUR)),SANITIZED=1)

.PHONY: FORCE quick-checks check-programs check-run
FORCE:

check-programs: all $(TEST_PROGRAMS)

check-run: check-programs
	$(Q)$(MAKE) -s --no-print-directory $(B)/checks
	$(Q)$(CHECK_ENV) sh tests/run.sh $(JOBS) $(B)/logs < $(B)/checks

deps:
	@CC=$(CC) sh tests/deps.sh test

check: deps
	$(Q)$(MAKE) --no-print-directory VALGRIND=1 check-run

check-asan: deps
	$(Q)$(MAKE) --no-print-directory FLAVOUR=asan check-run

check-quick: check-programs
	$(Q)$(MAKE) -s --no-print-directory quick-checks | $(CHECK_ENV) sh tests/run.sh $(JOBS) $(B)/logs

# A thousand random signed worlds, of which Unbound and dns01gate must think the same; FIRST is the first seed.
FIRST ?= 1

check-agreement: deps
	$(Q)$(MAKE) --no-print-directory -s all $(B)/agree
	$(Q)for i in 0 1 2 3; do first=$$(($(FIRST) + 250 * i)); \
		echo "seeds/$$first sh tests/agreement/agree.sh random $$first 250 $(PROGRAM)"; done | \
		$(CHECK_ENV) sh tests/run.sh 2 $(B)/logs

# ---- fuzzing -------------------------------------------------------------------------------------

# libFuzzer comes with clang. What it finds stays in the folder; what is worth keeping goes into the
# corpus by hand.
fuzz:
	$(Q)$(MAKE) --no-print-directory CC=clang FLAVOUR=fuzz fuzz-run

.PHONY: fuzz-run
fuzz-run: $(FUZZERS:%=$(B)/fuzz_%)
	for t in $(FUZZERS); do mkdir -p $(B)/found_$$t && $(B)/fuzz_$$t -max_total_time=$(FUZZ_SECONDS) \
		-max_len=4096 -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 -verbosity=0 \
		-artifact_prefix=$(B)/found_$$t/ $(B)/found_$$t tests/fuzz/corpus_$$t || exit 1; done

$(FUZZERS:%=$(B)/fuzz_%): $(B)/fuzz_%: $(B)/tests/fuzz/fuzz_%.o $(LIB)
	$(SAY) LINK $@
	$(Q)$(LINK) -fsanitize=fuzzer -o $@ $^ $(LIBS)

# ---- the demonstration, the measurements ---------------------------------------------------------

demo:
	@CC=$(CC) sh tests/deps.sh build
	$(Q)$(MAKE) --no-print-directory -s $(PROGRAM) $(B)/world
	@BUILD=$(B) PROGRAM=$(PROGRAM) sh tests/demo.sh

bench: deps
	$(Q)$(MAKE) --no-print-directory -s all $(B)/world $(B)/bench_validate
	@BUILD=$(CURDIR)/$(B) PROGRAM=$(CURDIR)/$(PROGRAM) sh tests/bench/bench.sh

lint:
	clang-format --dry-run --Werror $(wildcard lib/*.[ch] hook/*.[ch] tests/*/*.[ch])
	cppcheck --quiet --error-exitcode=1 --std=c11 --enable=warning,portability,performance \
		--suppress=missingIncludeSystem --inline-suppr -Ilib -DDG_VERSION='"$(VERSION)"' lib hook
	mandoc -T lint -W warning $(MANUALS)
