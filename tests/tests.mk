# SPDX-License-Identifier: ISC
# Tests, fuzzing, measurements: included by the Makefile.

TEST_CPPFLAGS := -D_DEFAULT_SOURCE -iquote hook -iquote tests/lib
TESTLIB_C := $(sort $(wildcard tests/lib/*.c))
TESTLIB_O := $(TESTLIB_C:%.c=$(B)/%.o)
# The program's parts but for main, for tests that call them.
PARTS_O := $(filter-out $(B)/hook/main.o,$(HOOK_O))

$(B)/tests/%.o: tests/%.c | $(GEN)/check_list.h $(GEN)/adapter_list.h
	$(SAY) CC $@
	$(Q)mkdir -p $(@D) && $(COMPILE) $(TEST_CPPFLAGS) -Wno-missing-prototypes -c -o $@ $<

UNIT_C := $(sort $(wildcard tests/unit/test_*.c))
UNITS := $(UNIT_C:tests/unit/%.c=$(B)/unit/%)

$(B)/unit/%: $(B)/tests/unit/%.o $(B)/tests/unit/unit.o $(LIB)
	$(SAY) LINK $@
	$(Q)mkdir -p $(@D) && $(LINK) -o $@ $^ $(LIBS) -lcmocka

$(B)/scenario: $(B)/tests/scenario/scenario.o $(TESTLIB_O) $(PARTS_O) $(LIB)
	$(SAY) LINK $@
	$(Q)$(LINK) -o $@ $^ $(LIBS)

$(B)/chaos: $(B)/tests/scenario/chaos.o $(TESTLIB_O) $(LIB)
	$(SAY) LINK $@
	$(Q)$(LINK) -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc -o $@ $^ $(LIBS)

$(B)/live: $(B)/tests/live/live.o $(TESTLIB_O) $(PARTS_O) $(LIB)
	$(SAY) LINK $@
	$(Q)$(LINK) -o $@ $^ $(LIBS)

$(B)/hostile: $(B)/tests/live/hostile.o $(TESTLIB_O) $(LIB)
	$(SAY) LINK $@
	$(Q)$(LINK) -o $@ $^ $(LIBS)

$(B)/world: $(B)/tests/live/world_main.o $(TESTLIB_O) $(PARTS_O) $(LIB)
	$(SAY) LINK $@
	$(Q)$(LINK) -o $@ $^ $(LIBS)

-include $(wildcard $(B)/tests/*/*.d)
