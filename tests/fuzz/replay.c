/* SPDX-License-Identifier: ISC */
/* Runs a fuzz target over files, without a fuzzer: "replay FILE...". */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define MOST 70000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int main(int argc, char **argv)
{
	uint8_t *data = malloc(MOST);
	int i;

	for (i = 1; i < argc; i++) {
		FILE *fp = fopen(argv[i], "rb");
		size_t size;

		if (fp == NULL) {
			perror(argv[i]);
			return 1;
		}
		size = fread(data, 1, MOST, fp);
		fclose(fp);
		LLVMFuzzerTestOneInput(data, size);
	}
	free(data);
	printf("%d inputs\n", argc - 1);
	return argc < 2;
}
