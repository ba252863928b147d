// A Go program with C inside: threads of both sides, and C that calls back.
package main

/*
#include <pthread.h>

extern int triple(int);

static void *work(void *n) { *(int *)n = triple(*(int *)n); return 0; }

static int inThread(int n) {
	pthread_t t;
	if (pthread_create(&t, 0, work, &n)) return -1;
	pthread_join(t, 0);
	return n;
}
*/
import "C"

import (
	"fmt"
	"sync"
)

//export triple
func triple(n C.int) C.int { return 3 * n }

func main() {
	var all sync.WaitGroup
	sums := make([]int, 8)
	for i := range sums {
		all.Add(1)
		go func() {
			defer all.Done()
			sums[i] = int(C.inThread(C.int(i)))
		}()
	}
	all.Wait()
	fmt.Println(sums)
}
