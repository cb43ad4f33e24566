# SPDX-License-Identifier: ISC
# Tests, fuzzing, the demonstration, measurements: included by the Makefile.

TEST_CPPFLAGS := -D_DEFAULT_SOURCE -iquote tests/world -iquote tests/signing
TESTLIB_O := $(patsubst %.c,$(B)/%.o,$(sort $(wildcard tests/world/*.c tests/signing/*.c)))
# The program's parts but for main, for tests that call them.
PARTS_O := $(filter-out $(B)/hook/main.o,$(HOOK_O))
UNITS := $(patsubst tests/unit/%.c,$(B)/unit/%,$(sort $(wildcard tests/unit/test_*.c)))
FUZZERS := $(patsubst tests/fuzz/fuzz_%.c,%,$(sort $(wildcard tests/fuzz/fuzz_*.c)))
REPLAYS := $(FUZZERS:%=$(B)/replay_%)
TEST_PROGRAMS := $(UNITS) $(REPLAYS) $(B)/scenario $(B)/chaos $(B)/networks $(B)/scale $(B)/learning $(B)/live $(B)/world $(B)/hostile $(B)/agree \
	$(B)/log_sink $(B)/dead_fs $(B)/update $(B)/survive $(B)/https_server
# Tests mostly sleep.
JOBS ?= $(shell expr 5 \* $$(nproc) / 2)
FUZZ_SECONDS ?= 600
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
SIGNED_O := $(addprefix $(B)/tests/signing/,signed_msg.o signed_sign.o signed_rsa.o world_keys.o)
COUNT_CRYPTO := -Wl,--wrap=ldns_verify_rrsig_buffers_raw

$(UNITS): LDFLAGS += $(COUNT_CRYPTO)
UNIT_O := $(patsubst %.c,$(B)/%.o,$(sort $(wildcard tests/unit/unit*.c)))
$(addprefix $(B)/unit/,test_ancestor test_logs test_plan test_sentence test_totals test_view): $(PARTS_O)
$(UNITS): $(B)/unit/%: $(B)/tests/unit/%.o $(UNIT_O) $(SIGNED_O) $(LIB)
	$(SAY) LINK $@
	$(Q)mkdir -p $(@D) && $(LINK) -o $@ $(filter %.o,$^) $(LIB) $(LIBS) -lcmocka
$(B)/unit/test_effort: $(B)/tests/world/world_hostile.o
$(B)/unit/test_effort: LDFLAGS += -Wl,--wrap=dg_read_u8,--wrap=dg_name_equal,--wrap=dg_name_under,--wrap=dg_name_hash \
	-Wl,--wrap=dg_name_ancestor,--wrap=dg_addr_equal,--wrap=dg_msg_next,--wrap=dg_msg_find
$(B)/unit/test_link: $(addprefix $(B)/tests/network/,model.o packet.o)
$(B)/unit/test_hosts: LDFLAGS += -Wl,--wrap=getaddrinfo,--wrap=freeaddrinfo,--wrap=poll
$(B)/unit/test_ready: LDFLAGS += -Wl,--wrap=clock_gettime
$(B)/unit/test_resolver: LDFLAGS += -Wl,--wrap=dg_file_open
$(B)/unit/test_shortage: LDFLAGS += -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc

# What fuzz targets share, and the program's own parts: each takes what it needs.
FUZZ_SHARED := $(filter-out tests/fuzz/fuzz_% tests/fuzz/replay.c,$(sort $(wildcard tests/fuzz/*.c)))
$(B)/libfuzz.a: $(FUZZ_SHARED:%.c=$(B)/%.o) $(SIGNED_O) $(B)/tests/unit/unit_tsig.o $(PARTS_O)
	$(SAY) AR $@
	$(Q)rm -f $@ && $(AR) rcs $@ $^
$(B)/tests/fuzz/fuzz_update.o: TEST_CPPFLAGS += -iquote tests/unit
$(REPLAYS): $(B)/replay_%: $(B)/tests/fuzz/fuzz_%.o $(B)/tests/fuzz/replay.o $(B)/libfuzz.a $(LIB)
$(REPLAYS) $(FUZZERS:%=$(B)/fuzz_%): LIBS += -lcmocka
$(B)/replay_validate $(B)/fuzz_validate: LDFLAGS += $(COUNT_CRYPTO),--wrap=ldns_nsec3_hash_name
$(B)/scenario: $(B)/tests/scenario/scenario.o $(TESTLIB_O) $(PARTS_O) $(LIB)
$(B)/networks: $(B)/tests/scenario/networks.o $(TESTLIB_O) $(LIB)
$(B)/learning: $(B)/tests/scenario/learning.o $(TESTLIB_O) $(PARTS_O) $(LIB)
$(B)/scale: $(B)/tests/scenario/scale.o $(TESTLIB_O) $(LIB)
$(B)/chaos: $(B)/tests/scenario/chaos.o $(TESTLIB_O) $(LIB)
$(B)/chaos: LDFLAGS += -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc
$(B)/live: $(B)/tests/live/live.o $(TESTLIB_O) $(LIB)
$(B)/world: $(B)/tests/live/world_main.o $(TESTLIB_O) $(LIB)
$(B)/hostile: $(B)/tests/live/hostile.o $(TESTLIB_O) $(LIB)
$(B)/log_sink: $(B)/tests/live/log_sink.o
$(B)/dead_fs: $(B)/tests/live/dead_fs.o
$(B)/https_server: $(B)/tests/live/https_server.o
$(B)/update: $(B)/tests/live/update_main.o $(LIB)
$(B)/bench_validate: $(B)/tests/bench/validate.o $(SIGNED_O) $(LIB)
$(B)/agree: $(patsubst %.c,$(B)/%.o,$(sort $(wildcard tests/agreement/*.c))) $(TESTLIB_O) $(LIB)
$(B)/agree: LIBS += -lunbound
# A hostile server, and the program asking it.
HOSTILE_O := $(addprefix $(B)/tests/hostile/,child.o draft.o ground.o ground_answer.o later.o ledger.o mad.o mad_records.o \
	server.o sign.o)
$(B)/survive: $(B)/tests/hostile/survive.o $(B)/tests/hostile/trial.o $(HOSTILE_O) $(LIB)
$(B)/attack: $(addprefix $(B)/tests/hostile/,attack.o attack_main.o attack_world.o) $(HOSTILE_O) $(LIB)
$(REPLAYS) $(B)/scenario $(B)/chaos $(B)/networks $(B)/scale $(B)/learning $(B)/live $(B)/world $(B)/hostile $(B)/agree $(B)/bench_validate $(B)/log_sink \
	$(B)/dead_fs $(B)/update $(B)/survive $(B)/attack $(B)/https_server:
	$(SAY) LINK $@
	$(Q)$(LINK) -o $@ $(filter %.o %.a,$^) $(LIBS)

# A link between network namespaces, and an Unbound at its end.
TEST_PROGRAMS += $(B)/link $(B)/fresh
$(B)/link: $(addprefix $(B)/tests/network/,link.o model.o packet.o)
$(B)/fresh: $(B)/tests/network/fresh.o
$(B)/fresh: LIBS += -lunbound
$(B)/link $(B)/fresh:
	$(SAY) LINK $@
	$(Q)$(LINK) -o $@ $^ $(LIBS)

-include $(wildcard $(B)/tests/*/*.d)

# ---- make check ----------------------------------------------------------------------------------

MATRIX := tests/live/rig.sh $(CURDIR)/tests/network/matrix.sh
# The networks of tests/network/cells.
CELLS ?= $(shell sed -n 's/^[* ] \([a-z][^ ]*\) .*/\1/p' tests/network/cells)

# Lines of "NAME COMMAND" for tests/run.sh: the slow ones first, so that they do not come last.
$(B)/checks: FORCE
	$(Q)mkdir -p $(B)/hostile.d && $(B)/hostile $(B)/hostile.d && { \
	for t in $(wildcard tests/live/test_*.sh tests/adapters/*/live_*.sh); do case $$t in \
		*/test_terminal.sh | */test_render.sh) echo "$$t sh $$t";; \
		*) echo "$$t sh tests/live/rig.sh $(CURDIR)/$$t";; esac; done; \
	[ $(FLAVOUR) = asan ] || echo "network env STARTS=10 RUNS=1 AT_ONCE=20 PATIENCE=35 UNBOUND_SECONDS=20 sh tests/network/check.sh"; \
	echo "network/updates env RUNS=6 sh tests/live/rig.sh $(CURDIR)/tests/network/updates.sh"; \
	for t in $(SIGNED); do echo "$$t sh tests/agreement/agree.sh $(PROGRAM) $$t"; done; \
	echo "chaos/dnssec_half_signed $(B)/chaos tests/scenario/dnssec_half_signed.scn"; \
	echo "agreement sh tests/agreement/agree.sh random 1 40 $(PROGRAM)"; \
	for i in 101 111 121; do echo "openings/$$i sh tests/agreement/agree.sh openings $$i 10 $(PROGRAM)"; done; \
	for i in 1 21; do echo "hostile/$$i $(B)/survive $(PROGRAM) $$i 20"; done; \
	for t in $(LIVE); do echo "live/$$t $(B)/live $(PROGRAM) $$t"; done; \
	$(MAKE) -s --no-print-directory quick-checks; \
	for t in $(B)/hostile.d/*.scn; do echo "$$t $(B)/live $(PROGRAM) $$t"; done; \
	} > $@

quick-checks: part-checks
	@for t in $(wildcard tests/tree/test_*.sh tests/cli/test_*.sh tests/adapters/test_*.sh tests/adapters/*/test_*.sh); do echo "$$t sh $$t"; done
	@$(if $(VALGRIND),echo "valgrind sh tests/valgrind.sh")

# In virtual time: what a busy machine and a slow program do not change.
part-checks:
	@for t in $(UNITS); do echo "$$t $$t"; done
	@echo "scenarios $(B)/scenario $(SCENARIOS)"
	@for loss in 0.05 0.2; do echo "healthy/$$loss $(B)/scenario -n loss=$$loss $(wildcard tests/scenario/healthy_*.scn)"; done
	@for t in relapse lag; do echo "chaos/$$t $(B)/chaos tests/scenario/watch_$$t.scn"; done
	@for t in chain_cname discover_out_of_zone odd_old_values odd_refused_everywhere dnssec_secure \
		resolver_fresh resolver_negative_too_long; do \
		echo "chaos/$$t $(B)/chaos tests/scenario/$$t.scn"; done
	@for t in $(FUZZERS); do echo "replay/$$t $(B)/replay_$$t tests/fuzz/corpus_$$t/*"; done
	@echo "networks $(B)/networks 1 60"
	@echo "learning $(B)/learning 200"
	@echo "scale $(B)/scale -c 1000 5000"

# T=PATTERN: only the tests with that in their name.
PICK = awk -v t='$(T)' 'index($$1, t)'

CHECK_ENV = BUILD=$(CURDIR)/$(B) PROGRAM=$(CURDIR)/$(PROGRAM) LIB=$(LIB) CC='$(CC)' $(if $(filter asan,$(FLAVOUR)),SANITIZED=1)

.PHONY: quick-checks part-checks network-checks check-programs check-run

check-programs: all $(TEST_PROGRAMS)

check-run: check-programs
	$(Q)$(MAKE) -s --no-print-directory $(B)/checks
	$(Q)$(PICK) $(B)/checks | $(CHECK_ENV) sh tests/run.sh $(JOBS) $(B)/logs

deps:
	@CC='$(CC)' sh tests/deps.sh test

check: deps
	$(Q)$(MAKE) --no-print-directory VALGRIND=1 check-run

check-asan: deps
	$(Q)$(MAKE) --no-print-directory FLAVOUR=asan check-run

check-quick check-parts: check-%: check-programs
	$(Q)$(MAKE) -s --no-print-directory $(patsubst %s,%,$*)-checks | $(PICK) | $(CHECK_ENV) sh tests/run.sh $(JOBS) $(B)/logs

# A thousand random signed worlds, of which Unbound and dns01gate must think the same, and a thousand in which a gate opens, or
# does not; FIRST is the first seed.
FIRST ?= 1

check-agreement: deps
	$(Q)$(MAKE) --no-print-directory -s all $(B)/agree
	$(Q)for i in 0 1 2 3; do first=$$(($(FIRST) + 250 * i)); \
		echo "seeds/$$first sh tests/agreement/agree.sh random $$first 250 $(PROGRAM)"; done | \
		$(CHECK_ENV) sh tests/run.sh 2 $(B)/logs
	$(Q)for i in 0 1 2 3 4 5 6 7 8 9; do first=$$(($(FIRST) + 100 * i)); \
		echo "openings/$$first sh tests/agreement/agree.sh openings $$first 100 $(PROGRAM)"; done | \
		$(CHECK_ENV) LIMIT=3600 sh tests/run.sh 6 $(B)/logs

# Five hundred hostile servers under the sanitizers; FIRST is the first seed.
check-hostile: deps
	$(Q)$(MAKE) --no-print-directory FLAVOUR=asan hostile-run

.PHONY: hostile-run
hostile-run: all $(B)/survive
	$(Q)for i in 0 1 2 3 4 5 6 7 8 9; do first=$$(($(FIRST) + 50 * i)); \
		echo "seeds/$$first $(B)/survive $(PROGRAM) $$first 50"; done | \
		$(CHECK_ENV) sh tests/run.sh $(JOBS) $(B)/logs

# Two thousand networks in virtual time, from FIRST on; and real servers over networks that lose, delay, limit and go down, beside
# Unbound: the line of each is in $(B)/logs.
network-checks:
	@for k in 0 1 2 3 4 5 6 7; do first=$$(($(FIRST) + 250 * k)); echo "networks/$$first $(B)/networks $$first 250"; done
	@for cell in $(CELLS); do echo "network/$$cell env CELLS=$$cell sh $(MATRIX)"; done
	@echo "network/updates env RUNS=100 sh tests/live/rig.sh $(CURDIR)/tests/network/updates.sh"

check-networks: deps check-programs
	$(Q)$(MAKE) -s --no-print-directory network-checks | $(PICK) | $(CHECK_ENV) sh tests/run.sh $(JOBS) $(B)/logs; \
		status=$$?; cat $(B)/logs/networks_*.log; cat $(B)/logs/network_*.log | grep -E '^(ok|FAILED) .*; gate| of [0-9]*, median'; \
		exit $$status

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

$(FUZZERS:%=$(B)/fuzz_%): $(B)/fuzz_%: $(B)/tests/fuzz/fuzz_%.o $(B)/libfuzz.a $(LIB)
	$(SAY) LINK $@
	$(Q)$(LINK) -fsanitize=fuzzer -o $@ $^ $(LIBS)

# ---- the demonstration, the measurements ---------------------------------------------------------

demo:
	@CC='$(CC)' sh tests/deps.sh build
	$(Q)$(MAKE) --no-print-directory -s $(PROGRAM) $(B)/world
	@BUILD=$(B) PROGRAM=$(PROGRAM) sh tests/demo.sh

bench: deps
	$(Q)$(MAKE) --no-print-directory -s all $(B)/world $(B)/bench_validate $(B)/attack $(B)/scale
	@BUILD=$(CURDIR)/$(B) PROGRAM=$(CURDIR)/$(PROGRAM) sh tests/bench/bench.sh

lint:
	@sh tests/deps.sh lint
	clang-format --dry-run --Werror $(wildcard lib/*.[ch] lib/*/*.[ch] hook/*.[ch] hook/*/*.[ch] tests/*/*.[ch])
	cppcheck --quiet --error-exitcode=1 --std=c11 --enable=warning,portability,performance \
		--suppress=missingIncludeSystem --inline-suppr -Ilib -Ihook lib hook
	mandoc -T lint -W warning $(MANUALS)
