/* A library linked to the program uses the model global-dynamic; the constructor sees the initial value. */
//: links libtls-global-dynamic.so tls-model.c -DVALUE=800 -ftls-model=global-dynamic
#include "probe.h"
#include "use-tls.h"
int main(void) { use_tls(800); }
