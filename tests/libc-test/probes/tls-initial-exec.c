/* A library linked to the program uses the model initial-exec; the constructor sees the initial value. */
//: links libtls-initial-exec.so tls-model.c -DVALUE=700 -ftls-model=initial-exec
#include "probe.h"
#include "use-tls.h"
int main(void) { use_tls(700); }
