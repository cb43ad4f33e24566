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

$(B)/scenario: $(B)/tests/scenario/scenario.o $(TESTLIB_O) $(PARTS_O) $(LIB)
	$(SAY) LINK $@
	$(Q)$(LINK) -o $@ $^ $(LIBS)

-include $(wildcard $(B)/tests/*/*.d)
